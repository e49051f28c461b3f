import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryAdmission } from '../../core/admission/admission.memory.ts';
import type { ServiceTokenSigner, ServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { createServiceTokenSigner, createServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { builtInRoutes, smallTalkRoute } from '../../core/orchestrator/built-in-routes.ts';
import { type Engine, EngineUnavailable } from '../../core/orchestrator/engine.ts';
import { createGraphOrchestrator } from '../../core/orchestrator/orchestrator.graph.ts';
import { RetrievalUnavailable, type Retriever } from '../../core/retrieval/retriever.ts';
import type { RetrieveResponse } from '../../core/retrieval/schema.ts';
import type { RequestFacts } from '../../core/telemetry/request-line.ts';
import { createCachedConfigs } from '../../core/tenants/cached-config.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createOrchestratorApp } from '../orchestrator/app.ts';
import { createChatApp } from './app.ts';
import { createHttpOrchestrator } from './orchestrator.http.ts';

const t1 = vouchForTenant('t1');
const oats = 'Harvest oats cost 1.99 a kilo.';
const chunk = {
  id: 'doc_a.v1.0',
  tenant_id: 't1',
  document_id: 'doc_a',
  version: 1,
  title: 'Prices',
  text: `Intro. ${oats}`,
  start: 100,
  end: 137,
  score: 0.8,
};
const found: RetrieveResponse = {
  routes: [{ id: 'PRICE_COMPARE', score: 0.9 }],
  chunks: [chunk],
  evidence: [{ chunk_id: chunk.id, text: oats, start: 107, end: 137, score: 0.9 }],
  revision: 1,
};

/** An engine that says the given pieces, waiting for `pause` between them. */
const engineOf = (pieces: readonly string[], pauseMs = 0): Engine => ({
  async *stream() {
    for (const text of pieces) {
      yield { kind: 'text', text };
      if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    yield {
      kind: 'end',
      finishReason: 'stop',
      usage: { prompt_tokens: 100, completion_tokens: pieces.length },
    };
  },
});
const deadEngine: Engine = {
  // biome-ignore lint/correctness/useYield: it fails before it says anything
  async *stream() {
    throw new EngineUnavailable('down');
  },
};
const deadRetriever: Retriever = {
  retrieve: () => Promise.reject(new RetrievalUnavailable('down')),
};

let sign: ServiceTokenSigner;
let verify: ServiceTokenVerifier;
beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  sign = await createServiceTokenSigner(await exportJWK(privateKey));
  verify = await createServiceTokenVerifier(await exportJWK(publicKey), 'orchestrator');
});

interface Parts {
  retriever?: Retriever;
  engine?: Engine;
  answerMode?: 'generative' | 'extractive';
  overNetwork?: boolean;
}

let store: ReturnType<typeof createMemoryConfigStore>;
let told: RequestFacts[];
const logged: unknown[] = [];
beforeEach(async () => {
  store = createMemoryConfigStore();
  told = [];
  logged.length = 0;
  await store.put(
    t1,
    tenantConfigSchema.parse({
      tenant_id: 't1',
      rate_limit_per_minute: 3,
      sensitive_prompt_patterns: ['password'],
      refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
    }),
    true,
  );
});

function chatApp(parts: Parts = {}) {
  const orchestratorApp = createOrchestratorApp({
    verify,
    orchestrator: createGraphOrchestrator(
      {
        retriever: parts.retriever ?? { retrieve: async () => found },
        engine: parts.engine ?? engineOf(['Hi', ' there']),
        answerMode: parts.answerMode ?? 'extractive',
        builtInRoutes,
        smallTalk: smallTalkRoute,
      },
      (...line) => logged.push(line),
    ),
  });
  return createChatApp({
    authModes: ['header'],
    configs: createCachedConfigs({ store, now: Date.now }),
    admission: createMemoryAdmission({ epochsOf: store.epochsOf }),
    orchestrator: createHttpOrchestrator({
      url: 'http://orchestrator.internal',
      sign,
      waitForAdmission: parts.overNetwork ?? false,
      fetch: (request, bindings) => orchestratorApp.fetch(request, parts.overNetwork ? {} : bindings),
    }),
    price: { promptUsdPerMillion: 1, completionUsdPerMillion: 2 },
    tell: (facts) => told.push(facts),
    now: Date.now,
  });
}

const ask = (app: ReturnType<typeof chatApp>, body: unknown, headers: Record<string, string> = {}) =>
  app.request('/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': 't1', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
const json = { accept: 'application/json' };

async function eventsOf(response: Response): Promise<{ event: string; data: Record<string, unknown> }[]> {
  return (await response.text())
    .split('\n\n')
    .filter((frame) => frame.startsWith('event:'))
    .map((frame) => {
      const [event, data] = frame.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
      return { event: event ?? '', data: JSON.parse(data ?? '') };
    });
}

describe.each([false, true])('over the network: %s', (overNetwork) => {
  test('an answer streams its events in order, with a citation of what was retrieved', async () => {
    const response = await ask(chatApp({ overNetwork }), { query: 'Which oats are cheaper?' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('ratelimit')).toMatch(/^"minute";r=2;t=\d+, "hour";r=999;t=\d+$/);
    expect(response.headers.get('ratelimit-policy')).toBe('"minute";q=3;w=60, "hour";q=1000;w=3600');
    const events = await eventsOf(response);
    expect(events.map(({ event }) => event)).toEqual([
      'start',
      'route',
      'retrieval',
      'token',
      'citation',
      'usage',
      'done',
    ]);
    expect(events[0]?.data).toMatchObject({
      tenant_id: 't1',
      message_id: response.headers.get('x-message-id'),
    });
    expect(events[4]?.data).toMatchObject({ n: 1, quote: oats, start: 107, end: 137, document_id: 'doc_a' });
    expect(events[5]?.data).toMatchObject({ remaining: { minute: 2, hour: 999 }, decided_by: 'admitted' });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      route: 'PRICE_COMPARE',
      chunkIds: [chunk.id],
      citations: [chunk.id],
      status: 200,
    });
  });

  test('a refused input is an answer with zero usage and the rule that refused', async () => {
    const response = await ask(chatApp({ overNetwork }), { query: 'hack it' });
    expect(response.status).toBe(200);
    const events = await eventsOf(response);
    expect(events.map(({ event }) => event)).toEqual(['start', 'refusal', 'usage', 'done']);
    expect(events[1]?.data).toEqual({
      reason: 'Security violation',
      rule: { kind: 'refusal_rule', index: 0 },
    });
    expect(events[2]?.data).toMatchObject({
      prompt_tokens: 0,
      completion_tokens: 0,
      decided_by: 'refusal_rule:0',
    });
  });

  test('over the limit a 429 names the bucket, and wins over a refusal', async () => {
    const app = chatApp({ overNetwork });
    for (let i = 0; i < 3; i += 1) await (await ask(app, { query: 'hack' }, json)).text();
    const response = await ask(app, { query: 'hack' }, json);
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('ratelimit')).toContain('"minute";r=0');
    expect(await response.json()).toMatchObject({
      type: 'urn:atrium:problem:rate-limited',
      errors: [{ field: 'limit:minute' }],
    });
    expect(told.at(-1)).toMatchObject({ status: 429, decidedBy: 'minute' });
  });

  test('a rule that was added since the configuration was cached holds for the next request', async () => {
    const app = chatApp({ overNetwork });
    await (await ask(app, { query: 'first' }, json)).text();
    const config = tenantConfigSchema.parse({
      tenant_id: 't1',
      refusal_rules: [{ type: 'contains', pattern: 'oats', reason: 'No oats' }],
    });
    await store.put(t1, config, false);
    expect(await (await ask(app, { query: 'Which oats?' }, json)).json()).toMatchObject({
      refusal: { reason: 'No oats' },
      finish_reason: 'refusal',
    });
  });

  test('when admission refuses, nothing that retrieval found is shown', async () => {
    const app = chatApp({ overNetwork });
    for (let i = 0; i < 3; i += 1) await (await ask(app, { query: 'oats' }, json)).text();
    const response = await ask(app, { query: 'oats' });
    expect(response.status).toBe(429);
    expect(await response.text()).not.toContain('Harvest');
  });
});

test('as JSON the same facts are one object', async () => {
  const answer = (await (
    await ask(chatApp(), { query: 'oats?', session_id: 's456' }, json)
  ).json()) as object;
  expect(Object.keys(answer).sort()).toEqual(
    [
      'answer',
      'chunks',
      'citations',
      'confidence',
      'degraded',
      'finish_reason',
      'message_id',
      'refusal',
      'route',
      'session_id',
      'tenant_id',
      'tools',
      'usage',
    ].sort(),
  );
  expect(answer).toMatchObject({
    answer: `${oats} [1]`,
    session_id: 's456',
    finish_reason: 'stop',
    degraded: false,
  });
});

describe('generative answers', () => {
  test('marks become citations of a sentence of the chunk; marks that refer to nothing are not shown', async () => {
    const engine = engineOf(['Harvest oats cost 1.99', ' [', '1', '] and more', ' [7].']);
    const answer = await (
      await ask(chatApp({ engine, answerMode: 'generative' }), { query: 'oats?' }, json)
    ).json();
    expect(answer).toMatchObject({
      answer: 'Harvest oats cost 1.99 [1] and more .',
      citations: [{ n: 1, quote: oats, start: 107, end: 137 }],
      usage: { prompt_tokens: 100, completion_tokens: 5, cost_usd_estimate: 0.00011 },
    });
  });

  test('the first token is with the client before the engine has sent the last', async () => {
    const engine = engineOf(['one ', 'two ', 'three '], 150);
    const response = await ask(chatApp({ engine, answerMode: 'generative' }), { query: 'oats?' });
    const arrivals: number[] = [];
    let text = '';
    for await (const part of response.body as ReadableStream<Uint8Array>) {
      text = Buffer.from(part).toString();
      if (text.includes('event: token')) arrivals.push(performance.now());
    }
    expect(arrivals).toHaveLength(3);
    expect((arrivals[2] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(200);
  });

  test('with the engine down the sources’ own sentence is given, and marked as degraded', async () => {
    const app = chatApp({ engine: deadEngine, answerMode: 'generative' });
    expect(await (await ask(app, { query: 'oats?' }, json)).json()).toMatchObject({
      answer: `${oats} [1]`,
      degraded: true,
    });
  });

  test('with the engine down and nothing to quote the answer is 503 with Retry-After', async () => {
    const retriever = { retrieve: async () => ({ ...found, evidence: [] }) };
    const response = await ask(
      chatApp({ retriever, engine: deadEngine, answerMode: 'generative' }),
      { query: 'oats?' },
      json,
    );
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBeTruthy();
    expect(logged).toHaveLength(1);
  });
});

describe('with the RAG service down', () => {
  test('the general route answers with confidence 0 and says that the documents were not searched', async () => {
    const events = await eventsOf(await ask(chatApp({ retriever: deadRetriever }), { query: 'oats?' }));
    expect(events.find(({ event }) => event === 'route')?.data).toEqual({ route: 'GENERAL', confidence: 0 });
    expect(events.find(({ event }) => event === 'retrieval')?.data).toEqual({
      chunks: [],
      unavailable: true,
    });
    expect(events.find(({ event }) => event === 'token')?.data.text).toContain('cannot be searched');
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { degraded: true } });
  });

  test('where the general route is not allowed it is 503, in the stream as an error event', async () => {
    await store.put(
      t1,
      tenantConfigSchema.parse({ tenant_id: 't1', allowed_routes: ['PRICE_COMPARE'] }),
      false,
    );
    const app = chatApp({ retriever: deadRetriever });
    expect((await ask(app, { query: 'oats?' }, json)).status).toBe(503);
    const events = await eventsOf(await ask(app, { query: 'oats?' }));
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { status: 503, type: 'urn:atrium:problem:unavailable' },
    });
    expect(events.filter(({ event }) => event === 'done')).toHaveLength(0);
  });
});

test('small talk is written by the engine, without sources', async () => {
  const retriever = { retrieve: async () => ({ ...found, routes: [{ id: 'SMALL_TALK', score: 0.9 }] }) };
  expect(await (await ask(chatApp({ retriever }), { query: 'hello' }, json)).json()).toMatchObject({
    route: 'GENERAL',
    answer: 'Hi there',
    chunks: [],
    citations: [],
  });
});

test('a failure inside is told to the log and not to the client', async () => {
  const retriever = { retrieve: () => Promise.reject(new Error('secret table name')) };
  const response = await ask(chatApp({ retriever }), { query: 'oats?' }, json);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(logged).toHaveLength(1);
});

describe('bad input', () => {
  afterEach(() => expect(told).toHaveLength(0));
  const good = { query: 'hi' };
  test.each<[string, unknown, Record<string, string>, number, string, string | undefined]>([
    ['malformed JSON', '{"query":', {}, 400, 'bad-request', ''],
    ['not an object', '[1]', {}, 400, 'bad-request', ''],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), {}, 400, 'bad-request', ''],
    ['an empty body', '', {}, 400, 'bad-request', ''],
    ['no query', {}, {}, 422, 'invalid', '/query'],
    ['a blank query', { query: '  ' }, {}, 422, 'invalid', '/query'],
    ['a query of the wrong type', { query: 7 }, {}, 422, 'invalid', '/query'],
    ['a locale of the wrong type', { query: 'x', locale: {} }, {}, 422, 'invalid', '/locale'],
    ['a user id of the wrong type', { query: 'x', user_id: 7 }, {}, 422, 'invalid', '/user_id'],
    ['a body over 64 KB', { query: 'x', more: 'y'.repeat(70_000) }, {}, 413, 'too-large', undefined],
    [
      'another content type',
      'query=hi',
      { 'content-type': 'text/plain' },
      415,
      'unsupported-media-type',
      'header:content-type',
    ],
    ['no tenant', good, { 'x-tenant-id': '' }, 401, 'unauthenticated', 'header:x-tenant-id'],
    ['two tenants', good, { 'x-tenant-id': 't1,t2' }, 400, 'tenant-ambiguous', 'header:x-tenant-id'],
    ['a bad tenant id', good, { 'x-tenant-id': 'T 1' }, 400, 'bad-request', 'header:x-tenant-id'],
    ['an unknown tenant', good, { 'x-tenant-id': 'nobody' }, 404, 'not-found', undefined],
    ['another tenant in the body', { ...good, tenant_id: 't2' }, {}, 403, 'tenant-mismatch', '/tenant_id'],
    ['a bad tenant id in the body', { ...good, tenant_id: '../t1' }, {}, 400, 'bad-request', '/tenant_id'],
    ['a form of answer that is not had', good, { accept: 'text/html' }, 406, 'not-acceptable', undefined],
  ])('%s', async (_name, body, headers, status, code, field) => {
    const response = await ask(chatApp(), body, headers);
    const problem = (await response.json()) as { type: string; status: number; errors?: { field: string }[] };
    expect({ status: response.status, type: problem.type }).toEqual({
      status,
      type: `urn:atrium:problem:${code}`,
    });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    if (field !== undefined) expect(problem.errors?.[0]?.field).toBe(field);
  });

  test('unknown members are ignored on /chat', async () => {
    const response = await ask(chatApp(), { query: 'oats?', extra: { a: 1 } }, json);
    expect(response.status).toBe(200);
    told.length = 0;
  });

  test('another method is told which ones there are', async () => {
    const response = await chatApp().request('/chat', { headers: { 'x-tenant-id': 't1' } });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
  });

  test('another address is a problem too', async () => {
    const response = await chatApp().request('/elsewhere');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'urn:atrium:problem:not-found' });
  });
});
