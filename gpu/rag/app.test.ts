import { importJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createServiceTokenSigner } from '../../core/identity/service-token.ts';
import { createMemoryIndexStore } from '../../core/retrieval/index-store.memory.ts';
import { retrieveResponseSchema } from '../../core/retrieval/schema.ts';
import { buildSegment } from '../../core/retrieval/segment-builder.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { embedder, publish, segmentOf, serviceKeys, startRag } from './rag-fixture.ts';

const t1 = vouchForTenant('t1');
const t2 = vouchForTenant('t2');
const request = { query: 'hello', routes: [] };

describe('the RAG service', () => {
  it('answers with chunks, evidence, ranked routes and the revision', async () => {
    const rag = await startRag();
    await publish(
      rag.store,
      t1,
      await segmentOf(t1, 'd1', ['Kettles go back within thirty days.', 'Ships leave.']),
    );
    const route = (id: string, example: string) => ({ id, description: example, examples: [example] });
    const response = await rag.send(await rag.sign(t1, 'rag'), {
      query: 'When do kettles go back?',
      routes: [route('SHIPS', 'ships leave'), route('RETURNS', 'kettles go back')],
    });
    expect(response.status).toBe(200);
    const answer = retrieveResponseSchema.parse(await response.json());
    expect(answer.routes.map(({ id }) => id)).toEqual(['RETURNS', 'SHIPS']);
    expect(answer.chunks[0]).toMatchObject({ id: 't1-d1-v1-0', tenant_id: 't1', title: 'Handbook' });
    expect(answer.evidence[0]).toMatchObject({ chunk_id: 't1-d1-v1-0', start: 0, end: 35 });
    expect(answer.revision).toBe(1);
    expect(rag.lines).toEqual([
      expect.objectContaining({
        level: 'info',
        tenant_id: 't1',
        status: 200,
        latency_ms: expect.any(Number),
        chunk_ids: answer.chunks.map(({ id }) => id),
        revision: 1,
      }),
    ]);
  });

  it('answers with nothing, at revision 0, for a tenant without documents', async () => {
    const rag = await startRag();
    expect(await rag.find(t1, 'anything')).toEqual({ routes: [], chunks: [], evidence: [], revision: 0 });
  });

  it('does not find a deleted document at the next request', async () => {
    const rag = await startRag();
    await publish(rag.store, t1, await segmentOf(t1, 'd1', ['secret plans']));
    await publish(rag.store, t1, await segmentOf(t1, 'd2', ['other plans']));
    expect((await rag.find(t1, 'plans')).chunks).toHaveLength(2);
    await rag.store.hide(t1, 'd1');
    const { chunks, evidence } = await rag.find(t1, 'secret plans');
    expect(chunks.map((chunk) => chunk.document_id)).toEqual(['d2']);
    expect(evidence.every((e) => e.chunk_id === chunks[0]?.id)).toBe(true);
    await rag.store.hide(t1, 'd2');
    expect((await rag.find(t1, 'plans')).chunks).toEqual([]);
  });

  it('finds only the newest version of a document, at once', async () => {
    const rag = await startRag();
    await publish(rag.store, t1, await segmentOf(t1, 'd1', ['price is ten']));
    expect((await rag.find(t1, 'price')).chunks.map(({ version }) => version)).toEqual([1]);
    await publish(rag.store, t1, await segmentOf(t1, 'd1', ['price is twelve'], 2));
    expect((await rag.find(t1, 'price')).chunks.map(({ version, text }) => [version, text])).toEqual([
      [2, 'price is twelve'],
    ]);
  });

  it('says what is wrong with a request, as a problem', async () => {
    const rag = await startRag();
    const token = await rag.sign(t1, 'rag');
    const cases: [unknown, number, string][] = [
      ['{', 400, 'bad-request'],
      [{ ...request, tenant_id: 't2' }, 422, 'invalid'],
      [{ query: '', routes: [] }, 422, 'invalid'],
      [{ ...request, k: 1_000 }, 422, 'invalid'],
      [{ ...request, query: 'x'.repeat(100_000) }, 422, 'invalid'],
      [{ ...request, query: 'x'.repeat(1_100_000) }, 413, 'too-large'],
    ];
    for (const [body, status, code] of cases) {
      const response = await rag.send(token, body);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ]);
      expect(await response.json()).toMatchObject({ type: `urn:atrium:problem:${code}`, status });
    }
    const wrongMethod = await rag.app.request('/v1/retrieve');
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await rag.app.request('/elsewhere')).status).toBe(404);
    expect((await rag.app.request('/healthz')).status).toBe(200);
  });

  it('takes only so many requests at once', async () => {
    const store = createMemoryIndexStore();
    let go = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const rag = await startRag({
      maxInFlight: 2,
      store: { ...store, manifest: (tenant) => held.then(() => store.manifest(tenant)) },
    });
    const under = [rag.ask(t1, 'one'), rag.ask(t1, 'two')];
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const refused = await rag.ask(t2, 'three');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    go();
    expect((await Promise.all(under)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await rag.ask(t2, 'four')).status).toBe(200);
  });

  it('gives a request up whose storage hangs, so that its place is free for others', async () => {
    const store = createMemoryIndexStore();
    const rag = await startRag({
      maxInFlight: 1,
      maxRequestMs: 30,
      store: { ...store, manifest: (t) => (t === t1 ? new Promise(() => {}) : store.manifest(t)) },
    });
    expect((await rag.ask(t1, 'hello')).status).toBe(503);
    expect((await rag.ask(t2, 'hello')).status).toBe(200);
  });

  it('answers 503 when storage fails, tells nothing of it outside, and works again afterwards', async () => {
    const store = createMemoryIndexStore();
    let fails = true;
    const rag = await startRag({
      store: {
        ...store,
        manifest: async (t) => (fails ? Promise.reject(new Error('table x')) : store.manifest(t)),
      },
    });
    const response = await rag.ask(t1, 'hello');
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('table x');
    expect(JSON.stringify(rag.lines)).toContain('table x');
    fails = false;
    expect((await rag.ask(t1, 'hello')).status).toBe(200);
  });
});

describe('isolation of tenants', () => {
  it("never answers with another tenant's chunk, evidence or revision", async () => {
    const rag = await startRag();
    const words = ['alpha', 'beta', 'gamma', 'delta'];
    for (const tenant of [t1, t2]) {
      for (const word of words) {
        const texts = [`the ${word} plan of ${tenant}`, `more about ${word} at ${tenant}`];
        await publish(rag.store, tenant, await segmentOf(tenant, `d-${word}`, texts));
      }
    }
    await rag.store.hide(t2, 'd-alpha');
    const asked = [t1, t2, t1, t2].flatMap((tenant) => words.map((word) => ({ tenant, word })));
    await Promise.all(
      asked.map(async ({ tenant, word }) => {
        const other = tenant === t1 ? t2 : t1;
        const answer = await rag.find(tenant, `the ${word} plan of ${other}`);
        expect(answer.chunks.length).toBe(tenant === t1 ? 8 : 6);
        expect(answer.chunks.every((chunk) => chunk.tenant_id === tenant)).toBe(true);
        expect(JSON.stringify(answer)).not.toContain(`of ${other}`);
        expect(answer.revision).toBe(tenant === t1 ? 4 : 5);
      }),
    );
    expect(rag.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it("holds back another tenant's chunk from a forged segment, and says so in the log", async () => {
    const rag = await startRag();
    const good = await segmentOf(t1, 'd1', ['our own plan']);
    // The builder refuses this, so it is built for t2 and then relabelled.
    const foreign = await segmentOf(t2, 'd2', ['the secret plan of t2']);
    await publish(rag.store, t1, good);
    await publish(rag.store, t1, { ...foreign, segment: { ...foreign.segment, tenant_id: 't1' } });
    const answer = await rag.find(t1, 'secret plan');
    expect(answer.chunks.map(({ tenant_id }) => tenant_id)).toEqual(['t1']);
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(rag.lines).toContainEqual(
      expect.objectContaining({ level: 'error', tenant_id: 't1', chunk_id: 't2-d2-v1-0' }),
    );
  });

  it("does not open another tenant's segment under this tenant", async () => {
    const store = createMemoryIndexStore();
    const foreign = await segmentOf(t2, 'd2', ['the secret plan of t2']);
    await publish(store, t1, await segmentOf(t1, 'd1', ['our own plan']));
    const rag = await startRag({ store: { ...store, readSegment: async () => structuredClone(foreign) } });
    expect((await rag.ask(t1, 'secret plan')).status).toBe(503);
  });

  it('takes the tenant from the token alone, and only from a good token for this service', async () => {
    const rag = await startRag();
    const privateKey = await importJWK(rag.keys.privateJwk, 'EdDSA');
    const nowS = Math.floor(Date.now() / 1_000);
    const token = (claims: Record<string, unknown>, age = 0, audience = 'rag') =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'EdDSA' })
        .setIssuer('atrium-router')
        .setAudience(audience)
        .setIssuedAt(nowS - age)
        .setExpirationTime(nowS - age + 60)
        .sign(privateKey);
    const otherKey = await createServiceTokenSigner((await serviceKeys()).privateJwk);
    const bad = {
      'no token': undefined,
      'no token at all': 'x.y.z',
      'another audience': await rag.sign(t1, 'tools'),
      expired: await token({ tenant_id: 't1' }, 120),
      'wrong key': await otherKey(t1, 'rag'),
      'no tenant': await token({}),
      'a tenant id that is none': await token({ tenant_id: 't1/../t2' }),
    };
    for (const [name, each] of Object.entries(bad)) {
      const response = await rag.send(each, request);
      expect([name, response.status]).toEqual([name, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(rag.lines.at(-1)).toMatchObject({
        level: 'info',
        status: 401,
        tenant_id: undefined,
        chunk_ids: [],
      });
    }
    expect(rag.lines).toHaveLength(Object.keys(bad).length);
    expect((await rag.send(await token({ tenant_id: 't1' }), request)).status).toBe(200);
  });

  it('keeps a damaged index from its tenant alone', async () => {
    const rag = await startRag();
    await publish(rag.store, t2, await segmentOf(t2, 'd2', ['a plan']));
    const built = await segmentOf(t1, 'd1', ['a plan']);
    const files = { ...built.files, 'sentences.f32': built.files['sentences.f32'].slice(4) };
    await publish(rag.store, t1, { ...built, files });
    for (let i = 0; i < 3; i++) {
      expect((await rag.ask(t1, 'plan')).status).toBe(503);
      expect((await rag.find(t2, 'plan')).chunks).toHaveLength(1);
    }
    // Mended by a new version, it can be searched again.
    await publish(rag.store, t1, await segmentOf(t1, 'd1', ['a better plan'], 2));
    expect((await rag.find(t1, 'plan')).chunks.map(({ text }) => text)).toEqual(['a better plan']);
  });

  it('refuses to open a segment whose file is exchanged after its checksum was told', async () => {
    const built = await segmentOf(t1, 'd1', ['a plan']);
    const evil = buildSegment({
      tenant: t1,
      id: 'x',
      embedder: embedder.id,
      dimensions: embedder.dimensions,
      chunks: [
        { id: 'c', tenant_id: t1, document_id: 'd1', version: 1, title: '', text: 'evil', start: 0, end: 4 },
      ],
      chunkVectors: await embedder.embed(['evil'], 'passage'),
      sentences: [],
      sentenceVectors: [],
    });
    const store = createMemoryIndexStore();
    await publish(store, t1, built);
    const exchanged = { ...built, files: { ...built.files, 'chunks.jsonl': evil.files['chunks.jsonl'] } };
    const rag = await startRag({ store: { ...store, readSegment: async () => structuredClone(exchanged) } });
    expect((await rag.ask(t1, 'plan')).status).toBe(503);
  });
});
