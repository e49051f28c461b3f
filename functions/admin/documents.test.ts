import { describe, expect, it } from 'vitest';
import { createMemoryBlobStore } from '../../core/documents/blob-store.memory.ts';
import { keys } from '../../core/documents/keys.ts';
import { createMemoryLedger } from '../../core/documents/ledger.memory.ts';
import { createMemoryIdempotencyStore } from '../../core/idempotency/idempotency-store.memory.ts';
import { createMemoryIndexStore } from '../../core/retrieval/index-store.memory.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createApp } from '../http/app.ts';
import { authenticate, createAuthenticator } from '../http/authenticate.ts';
import { createIdempotency } from '../http/idempotency.ts';
import { documentRoutes } from './documents.ts';
import { maxFileBytes } from './read-upload.ts';

const tenant = vouchForTenant('t1');

function setUp() {
  const ledger = createMemoryLedger();
  const blobs = createMemoryBlobStore();
  const configs = createMemoryConfigStore();
  for (const id of ['t1', 't2']) {
    void configs.put(vouchForTenant(id), tenantConfigSchema.parse({ tenant_id: id }), true);
  }
  const app = createApp({ log: () => undefined });
  app.use('/tenant/:tenant_id/*', authenticate(createAuthenticator({ modes: ['header'] })));
  app.route(
    '/tenant/:tenant_id/documents',
    documentRoutes({
      ledger,
      blobs,
      configs,
      index: createMemoryIndexStore({ ledger }),
      idempotency: createIdempotency({ store: createMemoryIdempotencyStore() }),
    }),
  );
  const call = async (path: string, init: RequestInit = {}, as = 't1') => {
    const response = await app.request(`/tenant/${as}/documents${path}`, {
      ...init,
      headers: { ...init.headers, 'x-tenant-id': as },
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
    return { response, status: response.status, text, json };
  };
  const upload = async (fields: Record<string, string | File>, as?: string) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    // As bytes: a form that is streamed into a request cannot be broken off without an unhandled rejection.
    const encoded = new Response(form);
    const type = encoded.headers.get('content-type') ?? '';
    const body = await encoded.arrayBuffer();
    return call('', { method: 'POST', body, headers: { 'content-type': type } }, as);
  };
  return { ledger, blobs, call, upload };
}
const file = (content: string | Uint8Array<ArrayBuffer>, name = 'prices.md') => new File([content], name);

describe('document routes', () => {
  it('accepts a file, shows it, lists it, gives its text and deletes it', async () => {
    const { upload, call, blobs, ledger } = setUp();
    const accepted = await upload({ file: file('# Prices') });
    expect(accepted.status).toBe(202);
    const id = accepted.json.document_id as string;
    expect(accepted.json).toEqual({ document_id: id, state: 'queued' });
    expect(accepted.response.headers.get('location')).toBe(`/tenant/t1/documents/${id}`);
    const view = {
      document_id: id,
      title: 'prices',
      state: 'queued',
      progress: 0,
      chunks: 0,
      version: 1,
      attempts: 1,
      groups: [],
    };
    expect((await call(`/${id}`)).json).toEqual(view);
    expect((await call('')).json).toEqual({ documents: [view], cursor: null });
    expect((await call(`/${id}/text`)).json).toMatchObject({ type: 'urn:atrium:problem:not-found' });

    await blobs.put(tenant, keys.text(tenant, id, 1), new TextEncoder().encode('Prices ✓'));
    ledger.markReady(tenant, id, 1, 1);
    for (const path of [`/${id}/text`, `/${id}/text?version=1`]) {
      const text = await call(path);
      expect([text.status, text.text]).toEqual([200, 'Prices ✓']);
      expect(text.response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    }
    expect((await call(`/${id}/text?version=2`)).status).toBe(404);
    expect((await call(`/${id}/text?version=x`)).status).toBe(422);

    expect((await call(`/${id}`, { method: 'DELETE' })).status).toBe(202);
    for (const [path, method] of [
      [`/${id}`, 'GET'],
      [`/${id}/text`, 'GET'],
      [`/${id}`, 'DELETE'],
    ] as const) {
      expect((await call(path, { method })).status).toBe(404);
    }
    expect(await blobs.list(tenant, keys.tenant(tenant))).toEqual([]);
  });

  it('shows the text that can be found while a new version is on its way', async () => {
    const { upload, call, blobs, ledger } = setUp();
    const id = (await upload({ file: file('one') })).json.document_id as string;
    await blobs.put(tenant, keys.text(tenant, id, 1), new TextEncoder().encode('one'));
    ledger.markReady(tenant, id, 1, 1);
    const next = await upload({ file: file('two'), document_id: id });
    expect([next.status, next.json.document_id]).toEqual([202, id]);
    await blobs.put(tenant, keys.text(tenant, id, 2), new TextEncoder().encode('two'));
    expect((await call(`/${id}/text`)).text).toBe('one');
    ledger.markReady(tenant, id, 2, 1);
    expect((await call(`/${id}/text`)).text).toBe('two');
    expect((await call(`/${id}/text?version=1`)).text).toBe('one');
  });

  it('answers the same content again with the same document', async () => {
    const { upload } = setUp();
    const [one, two] = [
      await upload({ file: file('same') }),
      await upload({ file: file('same', 'other.txt') }),
    ];
    expect([one.status, two.status]).toEqual([202, 202]);
    expect(two.json.document_id).toBe(one.json.document_id);
    const other = await upload({ file: file('else') });
    const taken = await upload({ file: file('same'), document_id: other.json.document_id });
    expect(taken.json).toMatchObject({ type: 'urn:atrium:problem:conflict', status: 409 });
  });

  it('keeps tenants apart', async () => {
    const { upload, call } = setUp();
    const id = (await upload({ file: file('x') })).json.document_id as string;
    for (const [path, method] of [
      [`/${id}`, 'GET'],
      [`/${id}/text`, 'GET'],
      [`/${id}`, 'DELETE'],
    ] as const) {
      expect((await call(path, { method }, 't2')).status).toBe(404);
    }
    expect((await upload({ file: file('y'), document_id: id }, 't2')).status).toBe(404);
    expect((await upload({ file: file('x') }, 't2')).json.document_id).not.toBe(id);
    expect((await call('', {}, 't2')).json.documents).toHaveLength(1);
    await upload({ file: file('z') });
    const cursor = (await call('?limit=1')).json.cursor as string;
    expect((await call(`?limit=1&cursor=${cursor}`)).json.documents).toHaveLength(1);
    expect((await call(`?limit=1&cursor=${cursor}`, {}, 't2')).status).toBe(422);
  });

  it('turns down what is no upload, and writes nothing', async () => {
    const { upload, call, blobs, ledger } = setUp();
    const fields = async (result: ReturnType<typeof upload>) => {
      const { json } = await result;
      return [json.status, json.errors?.[0]?.field];
    };
    expect(await fields(upload({}))).toEqual([422, 'form:file']);
    expect(await fields(upload({ file: 'just text' }))).toEqual([422, 'form:file']);
    expect(await fields(upload({ file: file('x'), document_id: 'nonsense' }))).toEqual([
      422,
      'form:document_id',
    ]);
    expect(await fields(upload({ file: file('x'), document_id: `doc_${'0'.repeat(26)}` }))).toEqual([
      404,
      undefined,
    ]);
    expect(await fields(upload({ file: file(new Uint8Array(maxFileBytes + 1)) }))).toEqual([
      413,
      'form:file',
    ]);
    expect(await fields(upload({ file: file(new Uint8Array(maxFileBytes * 2)) }))).toEqual([413, undefined]);
    expect(await fields(upload({ file: file('x') }, 'nobody'))).toEqual([404, undefined]);
    expect(await fields(call('', {}, 'nobody'))).toEqual([404, undefined]);
    const post = (type: string, body: string) =>
      call('', { method: 'POST', body, headers: { 'content-type': type } });
    expect((await post('application/json', '{}')).status).toBe(415);
    expect((await post('multipart/form-data; boundary=x', 'no form')).status).toBe(400);
    expect((await post('multipart/form-data', '')).status).toBe(400);
    expect((await call('?limit=0')).status).toBe(422);
    expect((await call('', { method: 'PUT' })).status).toBe(405);
    expect((await call('/not-an-id')).status).toBe(404);
    expect((await ledger.list(tenant, 5)).documents).toEqual([]);
    expect(await blobs.list(tenant, keys.tenant(tenant))).toEqual([]);
  });

  it('takes only digits for a number in the query, and says so in words', async () => {
    const { upload, call } = setUp();
    const id = (await upload({ file: file('x') })).json.document_id as string;
    const wrong = ['0x1', '1e0', '+1', '1.0', '01', '%201', '0', '-1', '', '1000000000'];
    for (const version of wrong) {
      const { status, json } = await call(`/${id}/text?version=${version}`);
      expect([status, json.detail], version).toEqual([422, 'version: must be a whole number from 1 on']);
    }
    for (const limit of ['1e1', '0xA', '101', '']) {
      const { status, json } = await call(`?limit=${limit}`);
      expect([status, json.errors], limit).toEqual([
        422,
        [{ field: 'query:limit', reason: 'must be a whole number from 1 to 100' }],
      ]);
    }
    for (const path of ['?limit=1&limit=2', '?cursor=a&cursor=a', `/${id}/text?version=1&version=1`]) {
      const { status, json } = await call(path);
      expect([status, json.errors[0].reason], path).toEqual([422, 'is there twice']);
    }
    expect((await call('?cursor=')).json.detail).toBe('cursor: is not a cursor of this list');
    expect((await call('?limit=100')).status).toBe(200);
  });

  it('takes a file of exactly the size limit, and an empty one', async () => {
    const { upload } = setUp();
    expect((await upload({ file: file(new Uint8Array(maxFileBytes)) })).status).toBe(202);
    expect((await upload({ file: file('') })).status).toBe(202);
  });
});
