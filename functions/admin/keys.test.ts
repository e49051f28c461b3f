import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashApiKey, MAX_LIVE_KEYS } from '../../core/identity/keys/api-key.ts';
import { createMemoryApiKeyStore } from '../../core/identity/keys/api-key-store.memory.ts';
import { createKeyAuthenticator } from '../../core/identity/keys/authenticate-key.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles, type Role, roles } from '../../core/identity/roles.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createApp } from '../http/app.ts';
import type { Caller } from '../http/caller.ts';
import { callerFromKey } from '../http/caller-from-key.ts';
import { type KeyDeps, keyRoutes } from './keys.ts';

const NOW = Date.parse('2026-05-01T12:00:00.000Z');
const DAY_MS = 86_400_000;
const pepper = randomBytes(32);
const iso = (ms: number) => new Date(ms).toISOString();

const inRole = (tenant: TenantId, role: Role, subject?: string): Caller => ({
  tenant,
  mode: 'jwt',
  ...(subject !== undefined && { subject }),
  roles: [role],
  actions: actionsOfRoles([role]),
  scopes: [],
  groups: [],
  proof: nothingToRevoke,
});

function setUp(more: Partial<KeyDeps> = {}) {
  const clock = { ms: NOW };
  const configs = createMemoryConfigStore();
  for (const id of ['t1', 't2']) {
    void configs.put(vouchForTenant(id), tenantConfigSchema.parse({ tenant_id: id }), true);
  }
  const store = createMemoryApiKeyStore();
  const now = () => clock.ms;
  const keys = createKeyAuthenticator({ store, pepper, now });
  const app = createApp({ log: () => undefined });
  // With a key as whose it is, else in a role of the tenant of the address.
  app.use('/tenant/:tenant_id/*', async (c, next) => {
    const key = c.req.header('authorization');
    const role = roles.find((name) => name === c.req.header('x-role')) ?? 'owner';
    const asked = vouchForTenant(c.req.param('tenant_id'));
    c.set(
      'caller',
      key ? await callerFromKey(keys, key, now) : inRole(asked, role, c.req.header('x-subject')),
    );
    await next();
  });
  app.route('/tenant/:tenant_id/keys', keyRoutes({ keys: store, pepper, configs, now, ...more }));

  interface As {
    readonly tenant?: string;
    readonly role?: string;
    readonly key?: string;
    readonly subject?: string;
  }
  const call = async (method: string, path = '', body?: unknown, as: As = {}) => {
    const { tenant = 't1', role, key, subject } = as;
    const response = await app.request(`/tenant/${tenant}/keys${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(role !== undefined && { 'x-role': role }),
        ...(key !== undefined && { authorization: key }),
        ...(subject !== undefined && { 'x-subject': subject }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { response, status: response.status, text, json: JSON.parse(text) };
  };
  const made = async (body: object = {}, as?: As) => {
    const answer = await call('POST', '', { name: 'ci', scopes: ['chat'], ...body }, as);
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return answer.json as { key_id: string; key: string };
  };
  return { store, keys, clock, call, made };
}

describe('key routes', () => {
  it('make a key that is good, list it and revoke it', async () => {
    const { call, keys, clock } = setUp();
    const answer = await call('POST', '', { name: 'ci', scopes: ['chat', 'delegate'], groups: ['hr'] });
    const { key, ...shown } = answer.json;
    expect([answer.status, answer.response.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(shown).toEqual({
      key_id: expect.stringMatching(/^[0-9a-z]{8}$/),
      name: 'ci',
      scopes: ['chat', 'delegate'],
      groups: ['hr'],
      created_at: iso(NOW),
      expires_at: iso(NOW + 90 * DAY_MS),
    });
    expect(await keys.authenticate(key)).toMatchObject({ ok: true, key: { tenant: 't1', groups: ['hr'] } });
    await keys.settled();
    const listed = { ...shown, last_used_at: iso(NOW) };
    expect((await call('GET')).json).toEqual({ keys: [listed] });

    clock.ms += 5_000;
    const revoked = { ...listed, revoked_at: iso(NOW + 5_000) };
    for (const passMs of [0, 1_000]) {
      clock.ms += passMs;
      const { status, json } = await call('DELETE', `/${shown.key_id}`);
      expect([status, json]).toEqual([200, revoked]);
    }
    expect((await call('GET')).json).toEqual({ keys: [revoked] });
    expect(await keys.authenticate(key, { atEpoch: 1 })).toEqual({ ok: false, reason: 'revoked' });
  });

  it('tell the key once, and its hash never', async () => {
    const { call, made } = setUp();
    const { key, key_id } = await made();
    const hash = hashApiKey(pepper, key);
    const secret = key.slice(-39);
    const answers = [
      await call('GET'),
      await call('DELETE', `/${key_id}`),
      await call('DELETE', `/${key_id}`),
      await call('GET'),
      await call('POST', '', { name: 'ci', scopes: ['chat'] }),
    ];
    for (const { text, json } of answers) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(hash);
      expect(JSON.stringify(json)).not.toMatch(/"hash"/);
    }
  });

  it('list the newest first', async () => {
    const { call, made, clock } = setUp();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      ids.unshift((await made()).key_id);
      clock.ms += 1;
    }
    const { keys } = (await call('GET')).json as { keys: { key_id: string }[] };
    expect(keys.map(({ key_id }) => key_id)).toEqual(ids);
  });

  it('keep tenants apart: another one has no such key, and it stays good', async () => {
    const { call, made, keys } = setUp();
    const { key, key_id } = await made();
    const admin = await made({ scopes: ['keys'] }, { tenant: 't2' });
    for (const as of [{ tenant: 't2' }, { tenant: 't2', key: admin.key }]) {
      expect((await call('DELETE', `/${key_id}`, undefined, as)).status).toBe(404);
      const { text, json } = await call('GET', '', undefined, as);
      expect(json.keys).toHaveLength(1);
      expect(text).not.toContain(key_id);
    }
    expect(await keys.authenticate(key, { atEpoch: 1 })).toMatchObject({ ok: true });
    // The address does not say whose keys they are; the caller does.
    const strange = await call('GET', '', undefined, { tenant: 't1', key: admin.key });
    expect(strange.text).not.toContain(key_id);
    expect((await call('GET')).json.keys).toHaveLength(1);
  });

  it('know no tenant that is not configured, and make none', async () => {
    const { call, store } = setUp();
    for (const [method, path, body] of [
      ['POST', '', { name: 'ci', scopes: ['chat'] }],
      ['GET', '', undefined],
      ['DELETE', '/00000000', undefined],
    ] as const) {
      const { status, json } = await call(method, path, body, { tenant: 'nobody' });
      expect([status, json.detail]).toEqual([404, 'There is no such tenant.']);
    }
    expect(await store.list(vouchForTenant('nobody'))).toEqual([]);
  });

  it.each([
    [{}, '/name'],
    [{ name: '' }, '/name'],
    [{ name: 'x'.repeat(101) }, '/name'],
    [{ name: 'a\nb' }, '/name'],
    [{ name: 7 }, '/name'],
    [{ scopes: undefined }, '/scopes'],
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['chat', 'chat'] }, '/scopes'],
    [{ scopes: ['root'] }, '/scopes/0'],
    [{ scopes: ['usage'] }, '/scopes/0'],
    [{ scopes: 'chat' }, '/scopes'],
    [{ groups: ['hr', 'hr'] }, '/groups'],
    [{ groups: [''] }, '/groups/0'],
    [{ groups: null }, '/groups'],
    [{ expires_in_days: 0 }, '/expires_in_days'],
    [{ expires_in_days: 366 }, '/expires_in_days'],
    [{ expires_in_days: 1.5 }, '/expires_in_days'],
    [{ expires_in_days: '90' }, '/expires_in_days'],
    [{ expires_in_days: null }, '/expires_in_days'],
    [{ expires_at: iso(NOW) }, '/expires_at'],
    [{ key_id: '00000000' }, '/key_id'],
    [{ tenant_id: 't2' }, '/tenant_id'],
  ])('make nothing of %o', async (change, field) => {
    const { call } = setUp();
    const name = Object.keys(change).length === 0 ? {} : { name: 'ci' };
    const { status, json } = await call('POST', '', { ...name, scopes: ['chat'], ...change });
    expect([status, json.errors?.[0]?.field]).toEqual([422, field]);
    expect((await call('GET')).json.keys).toEqual([]);
  });

  it('take bodies of one kind and at most 16 KB', async () => {
    const { call } = setUp();
    const body = (filler: number) => ({ name: 'ci', scopes: ['chat'], groups: ['x'.repeat(filler)] });
    expect((await call('POST', '', body(20_000))).status).toBe(413);
    expect((await call('POST', '', body(15_000))).status).toBe(422);
    expect((await call('POST')).status).toBe(415);
    expect((await call('POST', '', '{"name":"a","name":"b","scopes":["chat"]}')).status).toBe(400);
  });

  it('give a key the end that was asked for, from a day to a year', async () => {
    const { made } = setUp();
    for (const days of [1, 365]) {
      expect(await made({ expires_in_days: days })).toMatchObject({ expires_at: iso(NOW + days * DAY_MS) });
    }
  });

  it('answer ids that are none without asking the store, and methods that are not there', async () => {
    const store = createMemoryApiKeyStore();
    const asked: string[] = [];
    const watched: KeyDeps['keys'] = {
      ...store,
      async revoke(_tenant, keyId) {
        asked.push(keyId);
        return undefined;
      },
    };
    const { call } = setUp({ keys: watched });
    for (const id of ['00000000', 'x', 'ILOU0000', '0'.repeat(200), '%00', '..%2f..', 'KEYS']) {
      expect((await call('DELETE', `/${id}`)).status, id).toBe(404);
    }
    expect(asked).toEqual(['00000000']);
    for (const [method, path, allow] of [
      ['PUT', '', 'GET, POST'],
      ['GET', '/00000000', 'DELETE'],
    ] as const) {
      const { status, response } = await call(method, path);
      expect([status, response.headers.get('allow')]).toEqual([405, allow]);
    }
  });
});

describe('the number of keys', () => {
  it('is bounded, and the answer says by what; a key that is revoked makes room', async () => {
    const { call, made } = setUp();
    const ids: string[] = [];
    for (let n = 0; n < MAX_LIVE_KEYS; n++) ids.push((await made()).key_id);
    const { status, json } = await call('POST', '', { name: 'ci', scopes: ['chat'] });
    expect([status, json.type]).toEqual([409, 'urn:atrium:problem:conflict']);
    expect(json.detail).toContain('20 keys');
    await call('DELETE', `/${ids[3]}`);
    await made();
  });

  it('grows although an id is taken, by the next one; with no free one in sight it is 503', async () => {
    const draws = [1, 1, 1, 2].map((each) => Buffer.alloc(5, each));
    const drawn = { ids: 0 };
    const scripted = (size: number) =>
      size === 5 ? (draws[drawn.ids++] ?? Buffer.alloc(5, 2)) : randomBytes(size);
    const { call, made } = setUp({ randomBytes: scripted });
    const [one, two] = [await made(), await made()];
    expect([one.key_id, two.key_id, drawn.ids]).toEqual(['040g2081', '081040g2', 4]);
    const { status } = await call('POST', '', { name: 'ci', scopes: ['chat'] });
    expect([status, drawn.ids]).toEqual([503, 9]);
    expect((await call('GET')).json.keys).toHaveLength(2);
  });
});

describe('a key made with a key', () => {
  it('ends when that one does, at the latest, whatever is asked for, also after generations', async () => {
    const { made, clock } = setUp();
    const { key } = await made({ scopes: ['keys', 'chat'], expires_in_days: 10 });
    clock.ms += 2 * DAY_MS;
    const end = iso(NOW + 10 * DAY_MS);
    expect(await made({ expires_in_days: 7 }, { key })).toMatchObject({ expires_at: iso(NOW + 9 * DAY_MS) });
    expect(await made({}, { key })).toMatchObject({ expires_at: end });
    const child = await made({ scopes: ['keys'], expires_in_days: 365 }, { key });
    expect(child).toMatchObject({ expires_at: end });
    clock.ms += DAY_MS;
    expect(await made({ scopes: ['keys'] }, { key: child.key })).toMatchObject({ expires_at: end });
  });

  it('says so in the list, and so does one of a person', async () => {
    const { call, made } = setUp();
    const first = await made({ scopes: ['keys', 'chat'] }, { subject: 'ann' });
    const second = await made({}, { key: first.key });
    const of = { [first.key_id]: 'ann', [second.key_id]: `key:${first.key_id}` };
    expect([first, second]).toMatchObject(Object.values(of).map((created_by) => ({ created_by })));
    const { keys } = (await call('GET')).json as { keys: { key_id: string; created_by: string }[] };
    expect(Object.fromEntries(keys.map(({ key_id, created_by }) => [key_id, created_by]))).toEqual(of);
    expect((await call('DELETE', `/${second.key_id}`)).json.created_by).toBe(of[second.key_id]);
    // Whoever asks says no word about it.
    const { status } = await call('POST', '', { name: 'x', scopes: ['chat'], created_by: 'bob' });
    expect(status).toBe(422);
  });
});

describe('who may', () => {
  it('make, list and revoke keys: owners and keys with that scope, nobody else', async () => {
    const { call, made } = setUp();
    const { key_id, key: chat } = await made();
    const others = roles.filter((role) => role !== 'owner').map((role) => ({ role }));
    for (const as of [...others, { key: chat }]) {
      const body = { name: 'ci', scopes: ['chat'] };
      expect((await call('POST', '', body, as)).status).toBe(403);
      expect((await call('GET', '', undefined, as)).status).toBe(403);
      expect((await call('DELETE', `/${key_id}`, undefined, as)).status).toBe(403);
    }
    const { key } = await made({ scopes: ['keys'] });
    expect((await call('GET', '', undefined, { key })).json.keys).toHaveLength(2);
    expect((await call('DELETE', `/${key_id}`, undefined, { key })).status).toBe(200);
  });

  it('give what: a key only scopes and groups that it has, an owner all', async () => {
    const { call, made } = setUp();
    const { key } = await made({ scopes: ['keys', 'chat'], groups: ['hr', 'law'] });
    const ask = (change: object) => call('POST', '', { name: 'x', scopes: ['chat'], ...change }, { key });
    for (const [change, fields] of [
      [{ scopes: ['delegate'] }, ['/scopes/0']],
      [{ scopes: ['chat', 'documents', 'config'] }, ['/scopes/1', '/scopes/2']],
      [{ groups: ['hr', 'board'] }, ['/groups/1']],
      [{ groups: ['HR'] }, ['/groups/0']],
      [{ scopes: ['delegate'], groups: ['board'] }, ['/scopes/0', '/groups/0']],
    ] as const) {
      const { status, json } = await ask(change);
      expect([status, json.type]).toEqual([403, 'urn:atrium:problem:forbidden']);
      expect(json.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
    }
    expect((await call('GET')).json.keys).toHaveLength(1);
    expect((await ask({ scopes: ['keys', 'chat'], groups: ['law', 'hr'] })).status).toBe(201);
    expect((await ask({})).json).toMatchObject({ scopes: ['chat'], groups: [] });
  });
});

it('a stage without a pepper makes no keys, and still lists and revokes those that there are', async () => {
  const before = setUp();
  const { key_id } = await before.made();
  const { call } = setUp({ pepper: undefined, keys: before.store });
  const { status, json } = await call('POST', '', { name: 'ci', scopes: ['chat'] });
  expect([status, json.type, json.detail]).toEqual([
    409,
    'urn:atrium:problem:conflict',
    'This stage takes no API keys.',
  ]);
  expect((await call('GET')).json.keys).toHaveLength(1);
  expect((await call('DELETE', `/${key_id}`)).json).toMatchObject({ key_id, revoked_at: iso(NOW) });
});
