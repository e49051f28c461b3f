import { describe, expect, it } from 'vitest';
import { createMemoryBlobStore } from '../../core/documents/blob-store.memory.ts';
import { newDocumentId } from '../../core/documents/document-id.ts';
import { keys } from '../../core/documents/keys.ts';
import { createMemoryLedger } from '../../core/documents/ledger.memory.ts';
import { createMemoryIdempotencyStore } from '../../core/idempotency/idempotency-store.memory.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles, type Role } from '../../core/identity/roles.ts';
import { createMemoryIndexStore } from '../../core/retrieval/index-store.memory.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createApp } from '../http/app.ts';
import { createIdempotency } from '../http/idempotency.ts';
import { documentRoutes } from './documents.ts';

const tenant = vouchForTenant('t1');
interface Asker {
  readonly role: Role;
  readonly groups: readonly string[];
  readonly tenant?: string;
}
const editor: Asker = { role: 'editor', groups: [] };
const member = (...groups: string[]): Asker => ({ role: 'member', groups });

function setUp() {
  const ledger = createMemoryLedger();
  const blobs = createMemoryBlobStore();
  const index = createMemoryIndexStore({ ledger });
  const configs = createMemoryConfigStore();
  for (const id of ['t1', 't2']) {
    void configs.put(vouchForTenant(id), tenantConfigSchema.parse({ tenant_id: id }), true);
  }
  let asker = editor;
  const app = createApp({ log: () => undefined });
  app.use('/documents/*', async (c, next) => {
    c.set('caller', {
      tenant: vouchForTenant(asker.tenant ?? 't1'),
      mode: 'jwt',
      roles: [asker.role],
      actions: actionsOfRoles([asker.role]),
      scopes: [],
      groups: asker.groups,
      proof: nothingToRevoke,
    });
    await next();
  });
  app.route(
    '/documents',
    documentRoutes({
      ledger,
      blobs,
      index,
      configs,
      idempotency: createIdempotency({ store: createMemoryIdempotencyStore() }),
    }),
  );

  const call = async (as: Asker, path: string, init: RequestInit = {}) => {
    asker = as;
    const response = await app.request(`/documents${path}`, init);
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined;
    return { status: response.status, text, json };
  };
  const upload = async (fields: readonly (readonly [string, string | File])[]) => {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    const encoded = new Response(form);
    const type = encoded.headers.get('content-type') ?? '';
    const body = await encoded.arrayBuffer();
    return call(editor, '', { method: 'POST', body, headers: { 'content-type': type } });
  };
  const add = async (content: string, ...groups: string[]): Promise<string> => {
    const { json } = await upload([
      ['file', file(content)],
      ...groups.map((name) => ['groups', name] as const),
    ]);
    return json.document_id;
  };
  const regroup = (as: Asker, id: string, body: unknown) =>
    call(as, `/${id}/groups`, {
      method: 'PUT',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const publish = async (id: string) => {
    const files = { bytes: 1, sha256: '' };
    await index.publish(
      tenant,
      {
        format: 1,
        id: `seg-${id}`,
        tenant_id: tenant,
        embedder: 'none',
        dimensions: 1,
        documents: [{ document_id: id, version: 1, chunks: 1 }],
        files: {
          'chunks.jsonl': files,
          'vectors.faiss': files,
          'keywords.sqlite': files,
          'sentences.jsonl': files,
          'sentences.f32': files,
        },
      },
      { document_id: id, version: 1, chunks: 1 },
    );
    await blobs.put(tenant, keys.text(tenant, id, 1), new TextEncoder().encode(`text of ${id}`));
  };
  const liveGroups = async (id: string) =>
    (await index.manifest(tenant))?.segments
      .flatMap(({ documents }) => documents)
      .find(({ document_id }) => document_id === id)?.groups;
  return { ledger, blobs, index, call, upload, add, regroup, publish, liveGroups };
}
const file = (content: string) => new File([content], 'prices.md');
const firstError = ({ status, json }: { status: number; json: { errors?: { field: string }[] } }) => [
  status,
  json.errors?.[0]?.field,
];

describe('documents for groups', () => {
  it('do not exist for those who only read and share no group with them', async () => {
    const { call, add, publish } = setUp();
    const [open, secret] = [await add('for all'), await add('for few', 'board', 'owners')];
    for (const id of [open, secret]) await publish(id);
    const unknown = await call(member(), `/${newDocumentId()}`);
    for (const as of [member(), member('staff', 'Board'), member('board ')]) {
      for (const path of ['', '/text', '/text?version=1']) {
        const { status, json, text } = await call(as, `/${secret}${path}`);
        expect([status, json]).toEqual([404, unknown.json]);
        expect(text).not.toContain(secret);
      }
      const { json, text } = await call(as, '');
      expect(json.documents.map((document: { document_id: string }) => document.document_id)).toEqual([open]);
      expect(text).not.toContain(secret);
      expect((await call(as, `/${open}/text`)).text).toBe(`text of ${open}`);
    }
    for (const as of [member('owners', 'staff'), editor]) {
      expect((await call(as, `/${secret}`)).json).toMatchObject({ groups: ['board', 'owners'] });
      expect((await call(as, `/${secret}/text`)).text).toBe(`text of ${secret}`);
      expect((await call(as, '')).json.documents).toHaveLength(2);
    }
  });

  it('are left out of pages whose cursor goes on', async () => {
    const { call, add } = setUp();
    const groups = [[], ['board'], ['board'], [], ['staff'], ['board']];
    const ids: string[] = [];
    for (const [i, each] of groups.entries()) ids.push(await add(`content ${i}`, ...each));
    const pages = async (as: Asker) => {
      const seen: string[] = [];
      let cursor: string | null = '';
      for (let i = 0; i < 10 && cursor !== null; i++) {
        const { json } = await call(as, `?limit=2${cursor && `&cursor=${cursor}`}`);
        seen.push(...json.documents.map((document: { document_id: string }) => document.document_id));
        cursor = json.cursor;
      }
      return seen.sort();
    };
    const visible = (...held: string[]) =>
      ids.filter((_, i) => groups[i]?.length === 0 || groups[i]?.some((name) => held.includes(name))).sort();
    expect(await pages(member())).toEqual(visible());
    expect(await pages(member('staff'))).toEqual(visible('staff'));
    expect(await pages(editor)).toEqual([...ids].sort());
  });
});

it('pages of those who may not see all name no document that they do not see, in their cursors neither', async () => {
  const { call, add } = setUp();
  const groups = [['board'], [], ['board'], ['board'], [], ['staff'], [], ['board']];
  const ids: string[] = [];
  for (const [i, each] of groups.entries()) ids.push(await add(`content ${i}`, ...each));
  for (const held of [[], ['staff'], ['board'], ['nobody']]) {
    const mine = ids.filter(
      (_, i) => groups[i]?.length === 0 || groups[i]?.some((name) => held.includes(name)),
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null && seen.length <= ids.length) {
      const { json } = await call(member(...held), `?limit=1${cursor && `&cursor=${cursor}`}`);
      seen.push(...json.documents.map((document: { document_id: string }) => document.document_id));
      cursor = json.cursor;
      const named = Buffer.from(cursor ?? '', 'base64url').toString();
      for (const id of ids) if (!mine.includes(id)) expect(named).not.toContain(id);
    }
    expect(seen).toEqual([...mine].sort().reverse());
  }
});

describe('groups of an upload', () => {
  it('come once for each group, and are shown', async () => {
    const { call, add } = setUp();
    const id = await add('x', 'board', 'Vertrieb Süd', 'a,b');
    expect((await call(editor, `/${id}`)).json.groups).toEqual(['board', 'Vertrieb Süd', 'a,b']);
  });

  it('are refused where they are wrong, misspelt or come with a document, and nothing is written', async () => {
    const { upload, add, ledger, blobs } = setUp();
    const id = await add('old');
    const before = await blobs.list(tenant, keys.tenant(tenant));
    const many = Array.from({ length: 33 }, (_, i) => ['groups', `g${i}`] as const);
    const wrong = [
      [[['group', 'board']], 'form:group'],
      [[['Groups', 'board']], 'form:Groups'],
      [[['groups[]', 'board']], 'form:groups[]'],
      [[['x'.repeat(5_000), '']], `form:${'x'.repeat(100)}`],
      [[['groups', '']], 'form:groups'],
      [
        [
          ['groups', 'board'],
          ['groups', ''],
        ],
        'form:groups',
      ],
      [[['groups', 'x'.repeat(201)]], 'form:groups'],
      [[['groups', 'a\u0000b']], 'form:groups'],
      [
        [
          ['groups', 'board'],
          ['groups', 'board'],
        ],
        'form:groups',
      ],
      [[['groups', file('board')]], 'form:groups'],
      [many, 'form:groups'],
      [
        [
          ['groups', 'board'],
          ['document_id', id],
        ],
        'form:groups',
      ],
      [
        [
          ['document_id', id],
          ['document_id', id],
        ],
        'form:document_id',
      ],
    ] as const;
    for (const [fields, field] of wrong) {
      expect(firstError(await upload([['file', file('new')], ...fields]))).toEqual([422, field]);
    }
    expect((await ledger.list(tenant, 5)).documents).toHaveLength(1);
    expect(await blobs.list(tenant, keys.tenant(tenant))).toEqual(before);
    expect((await upload([['file', file('new')], ...many.slice(1)])).status).toBe(202);
  });

  it('conflict with those of the document that has the content already, which is named', async () => {
    const { upload, add, call } = setUp();
    const id = await add('x', 'board', 'staff');
    const other = await upload([
      ['file', file('x')],
      ['groups', 'board'],
    ]);
    expect(firstError(other)).toEqual([409, 'form:groups']);
    expect(other.json.detail).toContain(id);
    expect(await add('x', 'staff', 'board')).toBe(id);
    expect(await add('x')).toBe(id);
    expect((await call(editor, `/${id}`)).json.groups).toEqual(['board', 'staff']);
  });
});

describe('PUT groups', () => {
  it('changes them in the ledger and in the live index, and answers with the document', async () => {
    const { call, add, regroup, publish, liveGroups } = setUp();
    const id = await add('x');
    await publish(id);
    const changed = await regroup(editor, id, { groups: ['board'] });
    expect(changed.status).toBe(200);
    expect(changed.json).toEqual((await call(editor, `/${id}`)).json);
    expect([changed.json.groups, changed.json.state, await liveGroups(id)]).toEqual([
      ['board'],
      'ready',
      ['board'],
    ]);
    expect((await call(member(), `/${id}`)).status).toBe(404);
    expect((await regroup(editor, id, { groups: [] })).json.groups).toEqual([]);
    expect(await liveGroups(id)).toBeUndefined();
    expect((await call(member(), `/${id}`)).status).toBe(200);
  });

  it('counts for what is being ingested, what failed and the next version', async () => {
    const { add, regroup, publish, liveGroups, ledger, upload, call } = setUp();
    const id = await add('x');
    expect((await regroup(editor, id, { groups: ['board'] })).json).toMatchObject({ state: 'queued' });
    await publish(id);
    expect(await liveGroups(id)).toEqual(['board']);
    expect(
      (
        await upload([
          ['file', file('y')],
          ['document_id', id],
        ])
      ).status,
    ).toBe(202);
    expect((await call(editor, `/${id}`)).json).toMatchObject({ version: 2, groups: ['board'] });
    await ledger.fail(tenant, { documentId: id, version: 2, attempt: 1 }, 'It is empty.');
    expect((await regroup(editor, id, { groups: ['staff'] })).json).toMatchObject({ state: 'failed' });
    expect(await liveGroups(id)).toEqual(['staff']);
  });

  it('is for those who write documents, of this tenant, and for documents that are there', async () => {
    const { add, regroup, call, ledger } = setUp();
    const id = await add('x', 'board');
    expect((await regroup(member('board'), id, { groups: [] })).status).toBe(403);
    expect((await regroup({ ...editor, tenant: 't2' }, id, { groups: [] })).status).toBe(404);
    expect((await regroup(editor, newDocumentId(), { groups: [] })).status).toBe(404);
    expect((await regroup(editor, 'not-an-id', { groups: [] })).status).toBe(404);
    expect((await ledger.get(tenant, id))?.groups).toEqual(['board']);
    expect((await call(editor, `/${id}`, { method: 'DELETE' })).status).toBe(202);
    expect((await regroup(editor, id, { groups: [] })).status).toBe(404);
    expect((await call(editor, `/${id}/groups`)).status).toBe(405);
  });

  it('takes one JSON object with groups and nothing else', async () => {
    const { add, regroup, call, ledger } = setUp();
    const id = await add('x', 'board');
    const wrong: [unknown, number, string | undefined][] = [
      ['{}', 422, '/groups'],
      [{ groups: 'board' }, 422, '/groups'],
      [{ groups: null }, 422, '/groups'],
      [{ groups: ['a', 'a'] }, 422, '/groups'],
      [{ groups: [''] }, 422, '/groups/0'],
      [{ groups: [['a']] }, 422, '/groups/0'],
      [{ groups: Array.from({ length: 33 }, (_, i) => `g${i}`) }, 422, '/groups'],
      [{ groups: [], group: ['board'] }, 422, '/group'],
      ['{"groups":["board"],"groups":[]}', 400, '/groups'],
      ['[]', 400, ''],
    ];
    for (const [body, status, field] of wrong) {
      expect(firstError(await regroup(editor, id, body)), JSON.stringify(body)).toEqual([status, field]);
    }
    const untyped = await call(editor, `/${id}/groups`, { method: 'PUT', body: '{"groups":[]}' });
    expect(untyped.status).toBe(415);
    expect((await ledger.get(tenant, id))?.groups).toEqual(['board']);
    const longest = Array.from({ length: 32 }, (_, i) => `${i}${'ü'.repeat(198)}`);
    const escaped = JSON.stringify({ groups: longest }).replaceAll('ü', '\\u00fc');
    expect((await regroup(editor, id, escaped)).json.groups).toEqual(longest);
  });
});
