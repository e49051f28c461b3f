import { describe, expect, it } from 'vitest';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles, type Role, roles } from '../../core/identity/roles.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createMemoryTenantList } from '../../core/tenants/tenant-list.memory.ts';
import { createApp } from '../http/app.ts';
import type { Caller } from '../http/caller.ts';
import { tenantListRoutes } from './tenants.ts';

const createdAt = '2026-02-03T04:05:06.789Z';

async function setUp(held: readonly Role[] = ['operator'], more: Partial<Caller> = {}) {
  const configs = createMemoryConfigStore(() => new Date(createdAt));
  for (const id of ['t3', 't1', 't2']) {
    const config = { tenant_id: id, sensitive_prompt_patterns: ['a secret of its own'] };
    await configs.put(vouchForTenant(id), tenantConfigSchema.parse(config), true);
  }
  const asked: unknown[] = [];
  const list = createMemoryTenantList(configs);
  const tenants = {
    list: (...page: Parameters<typeof list.list>) => {
      asked.push(page);
      return list.list(...page);
    },
  };
  const app = createApp({ log: () => undefined });
  const caller: Caller = {
    tenant: vouchForTenant('t1'),
    mode: 'jwt',
    roles: held,
    actions: actionsOfRoles(held),
    scopes: [],
    groups: [],
    proof: nothingToRevoke,
    ...more,
  };
  app.use('/tenants', async (c, next) => {
    c.set('caller', caller);
    await next();
  });
  app.route('/tenants', tenantListRoutes({ tenants }));
  const call = async (query = '', init: RequestInit = {}) => {
    const response = await app.request(`/tenants${query}`, init);
    const text = await response.text();
    return { response, status: response.status, text, json: JSON.parse(text || 'null') };
  };
  return { call, asked };
}

describe('the list of tenants', () => {
  it('tells an operator of every tenant its id, its age and its version, and nothing of what it set', async () => {
    const { call } = await setUp();
    const { status, json } = await call();
    expect(status).toBe(200);
    expect(json).toEqual({
      tenants: ['t1', 't2', 't3'].map((id) => ({ tenant_id: id, created_at: createdAt, config_version: 1 })),
      cursor: null,
    });
  });

  it('goes page by page, and its last page says so', async () => {
    const { call } = await setUp();
    const first = await call('?limit=2');
    expect(first.json.tenants.map((each: { tenant_id: string }) => each.tenant_id)).toEqual(['t1', 't2']);
    const second = await call(`?limit=2&cursor=${first.json.cursor}`);
    expect(second.json.tenants.map((each: { tenant_id: string }) => each.tenant_id)).toEqual(['t3']);
    expect(second.json.cursor).toBeNull();
  });

  it('is asked for 50 at a time where nobody says otherwise', async () => {
    const { call, asked } = await setUp();
    await call();
    await call('?limit=100');
    expect(asked).toEqual([
      [50, undefined],
      [100, undefined],
    ]);
  });

  it.each(roles.filter((role) => role !== 'operator'))('is not for the role %s', async (role) => {
    const { call, asked } = await setUp([role]);
    const { status, text } = await call();
    expect(status).toBe(403);
    expect(text).not.toContain('t2');
    expect(asked).toEqual([]);
  });

  it('is not for a key, whatever its scopes are called', async () => {
    const scopes = ['chat', 'documents', 'config', 'keys', 'delegate', 'tenants:read'];
    const { call, asked } = await setUp([], { mode: 'key', scopes });
    expect((await call()).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=1e1', 'limit'],
    ['?limit=-1', 'limit'],
    ['?limit=', 'limit'],
    ['?limit=1&limit=2', 'limit'],
    ['?cursor=', 'cursor'],
    ['?cursor=nonsense', 'cursor'],
    [`?cursor=${'a'.repeat(501)}`, 'cursor'],
    [`?cursor=${Buffer.from('["tenants","TENANT#t1"]').toString('base64url')}`, 'cursor'],
  ])('refuses %s and says which parameter is wrong', async (query, name) => {
    const { call } = await setUp();
    const { status, json } = await call(query);
    expect(status).toBe(422);
    expect(json).toMatchObject({
      type: 'urn:atrium:problem:invalid',
      errors: [{ field: `query:${name}` }],
    });
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('does not take %s', async (method) => {
    const { call } = await setUp();
    const { status, response } = await call('', { method });
    expect([status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });
});
