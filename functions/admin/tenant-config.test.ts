import { describe, expect, it } from 'vitest';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles, standings } from '../../core/identity/roles.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { routeSchema, tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createApp } from '../http/app.ts';
import { tenantConfigRoutes } from './tenant-config.ts';

const tenant = vouchForTenant('t1');

function setUp() {
  const configs = createMemoryConfigStore();
  const app = createApp({ log: () => undefined });
  const caller = {
    tenant,
    mode: 'jwt',
    roles: ['owner'],
    actions: actionsOfRoles(['owner']),
    scopes: [],
    groups: [],
    proof: nothingToRevoke,
  } as const;
  app.use('/tenant/:tenant_id/*', async (c, next) => {
    c.set('caller', caller);
    await next();
  });
  app.route('/tenant/:tenant_id/config', tenantConfigRoutes({ configs, ownersCreateTenants: true }));
  const call = async (body?: string) => {
    const response = await app.request('/tenant/t1/config', {
      method: body === undefined ? 'GET' : 'PUT',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, etag: response.headers.get('etag'), json: await response.json() };
  };
  const put = (config: object) => call(JSON.stringify({ tenant_id: 't1', ...config }));
  return { configs, put, get: () => call(), send: call };
}

/** The contract's seven fields. */
const documented = {
  tenant_id: 't1',
  blocked_tools: ['mcp_finance'],
  sensitive_prompt_patterns: ['password', 'credit card'],
  refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
  rate_limit_per_minute: 60,
  rate_limit_per_hour: 1000,
  allowed_routes: ['PRICE_COMPARE', 'DIET_NUTRITION'],
};
const route = { id: 'RETURNS', description: 'Sending things back' };
const ownRoute = (id: string) => routeSchema.parse({ ...route, id });

describe('the configuration of a tenant', () => {
  it('is accepted with the seven documented fields and read back as it was sent', async () => {
    const { put, get } = setUp();
    expect(await put(documented)).toEqual({ status: 200, etag: '"1"', json: documented });
    expect(await get()).toEqual({ status: 200, etag: '"1"', json: documented });
  });

  it('narrows routes, its own as well, and tools that nobody has heard of, and is read back', async () => {
    const { put, get } = setUp();
    const narrowed = {
      ...documented,
      routes: [ownRoute('RETURNS')],
      route_roles: { PRICE_COMPARE: ['owner', 'key'], GENERAL: ['member'], RETURNS: ['owner'] },
      tool_roles: { mcp_finance: [...standings], constructor: ['owner'], '0a_.:/-Z': ['key'] },
    };
    expect(await put(narrowed)).toMatchObject({ status: 200 });
    expect((await get()).json).toEqual(narrowed);
    // What is left out is not kept from before.
    await put(documented);
    expect((await get()).json).toEqual(documented);
  });

  const names = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`R${n}`, ['owner']]));
  const owner = ['owner'];

  it.each([
    ['an unknown field', { route_role: {} }, '/route_role'],
    [
      'an unknown field of a rule',
      { refusal_rules: [{ type: 'contains', pattern: 'a', reason: 'b', flags: 'i' }] },
      '/refusal_rules/0/flags',
    ],
    [
      'a rule of an unknown type',
      { refusal_rules: [{ type: 'glob', pattern: 'a', reason: 'b' }] },
      '/refusal_rules/0/type',
    ],
    ['an unknown field of a route', { routes: [{ ...route, roles: ['owner'] }] }, '/routes/0/roles'],
    ['a role that there is not', { route_roles: { A: ['owner', 'admin'] } }, '/route_roles/A/1'],
    ['a role in another case', { tool_roles: { a: ['Owner'] } }, '/tool_roles/a/0'],
    ['a route for nobody', { route_roles: { A: [] } }, '/route_roles/A'],
    ['a role twice', { route_roles: { A: ['owner', 'owner'] } }, '/route_roles/A'],
    ['a role outside a list', { tool_roles: { a: 'owner' } }, '/tool_roles/a'],
    ['members within the roles of a route', { route_roles: { A: { only: ['owner'] } } }, '/route_roles/A'],
    ['a list in place of names', { tool_roles: [['owner']] }, '/tool_roles'],
    ['nothing in place of names', { route_roles: null }, '/route_roles'],
    ['a route without a name', { route_roles: { '': ['owner'] } }, '/route_roles/'],
    ['too long a name', { tool_roles: { ['x'.repeat(65)]: ['owner'] } }, `/tool_roles/${'x'.repeat(65)}`],
    ['too many names', { route_roles: names(201) }, '/route_roles'],
    ['a route in another case', { route_roles: { price_compare: owner } }, '/route_roles/price_compare'],
    ['a route that there is not', { route_roles: { RETURNS: owner } }, '/route_roles/RETURNS'],
    ['a route that every object has', { route_roles: { constructor: owner } }, '/route_roles/constructor'],
    [
      'a route that is allowed and is none',
      { allowed_routes: ['X'], route_roles: { X: owner } },
      '/route_roles/X',
    ],
    [
      'a route that is its own no more',
      { routes: [route], route_roles: { RETURN: owner } },
      '/route_roles/RETURN',
    ],
    ['a route with a space', { route_roles: { 'GENERAL ': owner } }, '/route_roles/GENERAL '],
    ['a tool with a space', { tool_roles: { 'mcp_finance ': owner } }, '/tool_roles/mcp_finance '],
    ['a tool in invisible letters', { tool_roles: { 'mcp\u200b': owner } }, '/tool_roles/mcp\u200b'],
    ['a tool that begins with a mark', { tool_roles: { '-x': owner } }, '/tool_roles/-x'],
  ])('is refused with %s, naming it, and nothing is written', async (_what, config, field) => {
    const { put, configs } = setUp();
    const { status, json } = await put(config);
    expect(status).toBe(422);
    expect((json as { errors: { field: string }[] }).errors[0]?.field).toBe(field);
    expect(await configs.get(tenant)).toBeUndefined();
  });

  it('takes as many names and characters as it says', async () => {
    const { put } = setUp();
    const tool_roles = { ...names(199), ['x'.repeat(64)]: owner };
    expect((await put({ tool_roles })).status).toBe(200);
  });

  it('says which name is no route and which no tool', async () => {
    const { json } = await setUp().put({
      route_roles: { price_compare: owner },
      tool_roles: { 'a b': owner },
    });
    expect(json).toMatchObject({
      detail: '/route_roles/price_compare: is not a route',
      errors: [
        { field: '/route_roles/price_compare', reason: 'is not a route' },
        { field: '/tool_roles/a b', reason: 'is not a name of a tool' },
      ],
    });
  });

  it('from before is read back with names that are taken no more', async () => {
    const { configs, get } = setUp();
    const narrowed = { ...documented, route_roles: { GONE: ['owner' as const] } };
    await configs.put(tenant, tenantConfigSchema.parse(narrowed), true);
    expect(await get()).toMatchObject({ status: 200, json: narrowed });
  });

  it.each([
    ['a name that changes prototypes', '{"tenant_id":"t1","route_roles":{"__proto__":["owner"]}}', 400],
    ['the same route twice', '{"tenant_id":"t1","route_roles":{"A":["owner"],"A":["member"]}}', 400],
    [
      'more bytes than it may have',
      JSON.stringify({ tenant_id: 't1', tool_roles: { a: 'x'.repeat(256 * 1024) } }),
      413,
    ],
  ])('is refused with %s, and nothing is written', async (_what, body, status) => {
    const { send, configs } = setUp();
    expect((await send(body)).status).toBe(status);
    expect(await configs.get(tenant)).toBeUndefined();
  });
});
