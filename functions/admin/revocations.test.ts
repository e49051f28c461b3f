import { describe, expect, it } from 'vitest';
import { actionsOfScopes } from '../../core/identity/keys/scopes.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { createMemoryRevocationStore } from '../../core/identity/revocations/revocation-store.memory.ts';
import type { RevocationStore } from '../../core/identity/revocations/revocation-store.ts';
import { actionsOfRoles, type Role } from '../../core/identity/roles.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createApp } from '../http/app.ts';
import { authenticate } from '../http/authenticate.ts';
import { revocationRoutes } from './revocations.ts';

const NOW = Date.parse('2026-01-31T12:00:00.500Z');
const until = '2026-02-01T12:05:01.000Z';

function setUp(
  parts: { readonly role?: Role; readonly key?: boolean; readonly revocations?: RevocationStore } = {},
) {
  const configs = createMemoryConfigStore();
  for (const id of ['t1', 't2']) {
    void configs.put(vouchForTenant(id), tenantConfigSchema.parse({ tenant_id: id }), true);
  }
  const store = createMemoryRevocationStore();
  const app = createApp({ log: () => undefined });
  app.use(
    '/tenant/:tenant_id/*',
    authenticate(async ({ headers }) => ({
      tenant: vouchForTenant(headers.get('x-tenant-id') ?? ''),
      ...(parts.key
        ? { mode: 'key' as const, roles: [], actions: actionsOfScopes(['keys']), scopes: ['keys'] }
        : {
            mode: 'jwt' as const,
            roles: [parts.role ?? 'owner'],
            actions: actionsOfRoles([parts.role ?? 'owner']),
            scopes: [],
          }),
      groups: [],
      proof: nothingToRevoke,
    })),
  );
  const revocations = parts.revocations ?? store;
  app.route('/tenant/:tenant_id/revocations', revocationRoutes({ revocations, configs, now: () => NOW }));
  const call = async (init: RequestInit, as = 't1') => {
    const response = await app.request(`/tenant/${as}/revocations`, {
      ...init,
      headers: { 'content-type': 'application/json', 'x-tenant-id': as },
    });
    return { response, status: response.status, json: JSON.parse(await response.text()) };
  };
  return {
    store,
    call,
    get: (as?: string) => call({ method: 'GET' }, as),
    post: (body: unknown, as?: string) =>
      call({ method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }, as),
  };
}

it('a key takes back single tokens, and never those of all people, who could not revoke it any more', async () => {
  const { get, post } = setUp({ key: true });
  for (const issued_before of ['2020-01-01T00:00:00Z', '2026-01-31T12:01:00Z']) {
    const { status, json } = await post({ issued_before });
    expect([status, json.type, json.errors[0].field]).toEqual([
      403,
      'urn:atrium:problem:forbidden',
      '/issued_before',
    ]);
  }
  expect((await post({ jti: 'a' })).status).toBe(200);
  expect((await get()).json).toEqual({ issued_before: null, tokens: [{ jti: 'a', until }] });
});

describe('revocations', () => {
  it('of a token by its name and of all before a moment are answered with the whole list', async () => {
    const { get, post } = setUp();
    expect(await get()).toMatchObject({ status: 200, json: { issued_before: null, tokens: [] } });
    const one = { issued_before: null, tokens: [{ jti: 'a', until }] };
    expect(await post({ jti: 'a' })).toMatchObject({ status: 200, json: one });
    expect(await post({ jti: 'a' })).toMatchObject({ status: 200, json: one });
    const both = { ...one, issued_before: '2026-01-31T11:00:00.000Z' };
    const moment = { issued_before: '2026-01-31T11:00:00Z' };
    expect(await post(moment)).toMatchObject({ status: 200, json: both });
    const earlier = { issued_before: '2020-01-31T11:00:00Z' };
    expect(await post(earlier)).toMatchObject({ status: 200, json: both });
    expect((await get()).json).toEqual(both);
  });

  it('are written for the tenant and raise its epoch once each', async () => {
    const { store, post } = setUp();
    const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
    for (const _ of [1, 2]) await post({ jti: 'a' });
    await post({ issued_before: '2026-01-31T11:00:00Z' });
    expect([store.authEpochOf(t1), store.authEpochOf(t2)]).toEqual([2, 0]);
  });

  it('of one tenant are not there for another', async () => {
    const { get, post } = setUp();
    await post({ jti: 'a' });
    expect((await get('t2')).json).toEqual({ issued_before: null, tokens: [] });
    expect((await post({ jti: 'b' }, 't2')).json.tokens).toEqual([{ jti: 'b', until }]);
    expect((await get()).json.tokens).toEqual([{ jti: 'a', until }]);
  });

  it('reach into the second that a moment lies in, and up to a minute ahead', async () => {
    const { post } = setUp();
    expect((await post({ issued_before: '2026-01-31T11:00:00.001Z' })).json).toMatchObject({
      issued_before: '2026-01-31T11:00:01.000Z',
    });
    const most = await post({ issued_before: '2026-01-31T12:01:00.500Z' });
    expect(most).toMatchObject({ status: 200, json: { issued_before: '2026-01-31T12:01:01.000Z' } });
    for (const far of ['2026-01-31T12:01:00.501Z', '9999-12-31T23:59:59Z']) {
      const denied = await post({ issued_before: far });
      expect(denied.status).toBe(422);
      expect(denied.json.errors).toEqual([
        { field: '/issued_before', reason: 'must not lie more than a minute ahead' },
      ]);
    }
  });

  it('of before 1970 are none', async () => {
    const { post } = setUp();
    for (const moment of ['1969-12-31T23:59:59Z', '1970-01-01T00:00:00Z', '0000-01-01T00:00:00Z']) {
      expect(await post({ issued_before: moment })).toMatchObject({
        status: 200,
        json: { issued_before: null },
      });
    }
  });
});

describe('a body', () => {
  const { get, post } = setUp();
  it.each([
    [{}, ''],
    [{ jti: 'a', issued_before: '2026-01-31T11:00:00Z' }, ''],
    [{ jti: 'a', reason: 'x' }, '/reason'],
    [{ jti: '' }, '/jti'],
    [{ jti: 'x'.repeat(201) }, '/jti'],
    [{ jti: 'a\nb' }, '/jti'],
    [{ jti: null }, '/jti'],
    [{ jti: ['a'] }, '/jti'],
    [{ jti: 7 }, '/jti'],
    [{ issued_before: '2026-01-31T11:00:00' }, '/issued_before'],
    [{ issued_before: '2026-01-31T11:00:00+01:00' }, '/issued_before'],
    [{ issued_before: '2026-01-31' }, '/issued_before'],
    [{ issued_before: '2026-02-30T11:00:00Z' }, '/issued_before'],
    [{ issued_before: '' }, '/issued_before'],
    [{ issued_before: 1_769_857_200 }, '/issued_before'],
    [{ issued_before: null, jti: 'a' }, '/issued_before'],
  ])('%j is refused, naming %s', async (body, field) => {
    const denied = await post(body);
    expect(denied.status).toBe(422);
    expect(denied.json.errors.map((error: { field: string }) => error.field)).toEqual([field]);
  });

  it('must be one JSON object of at most 16 KB', async () => {
    expect((await post('[]')).status).toBe(400);
    expect((await post('{"jti":"a","jti":"b"}')).status).toBe(400);
    expect((await post(`{"jti":"a"}${' '.repeat(16_384)}`)).status).toBe(413);
  });

  it('that was refused has revoked nothing', async () => {
    expect((await get()).json).toEqual({ issued_before: null, tokens: [] });
  });
});

describe('denials', () => {
  it('a tenant that does not exist is 404, also when it vanishes in between', async () => {
    const { get, post } = setUp();
    for (const denied of [await get('nobody'), await post({ jti: 'a' }, 'nobody')]) {
      expect(denied.status).toBe(404);
    }
    const vanished = setUp({ revocations: createMemoryRevocationStore(() => false) });
    expect((await vanished.post({ jti: 'a' })).status).toBe(404);
    expect((await vanished.post({ issued_before: '2026-01-31T11:00:00Z' })).status).toBe(404);
  });

  it('too many tokens are 409, and say what helps', async () => {
    const { store, post, get } = setUp();
    for (let n = 0; n < 500; n++) await store.revokeToken(vouchForTenant('t1'), `n${n}`, NOW);
    const denied = await post({ jti: 'more' });
    expect(denied.status).toBe(409);
    expect(denied.json.detail).toContain('issued_before');
    expect((await get()).json.tokens).toHaveLength(500);
  });

  it.each(['operator', 'editor', 'member', 'auditor'] as const)(
    '%s may neither see nor revoke',
    async (role) => {
      const { store, get, post } = setUp({ role });
      expect((await get()).status).toBe(403);
      expect((await post({ jti: 'a' })).status).toBe(403);
      expect(store.authEpochOf(vouchForTenant('t1'))).toBe(0);
    },
  );

  it('other methods are 405 and name those that there are', async () => {
    const { call } = setUp();
    const denied = await call({ method: 'DELETE' });
    expect([denied.status, denied.response.headers.get('allow')]).toEqual([405, 'GET, POST']);
  });
});
