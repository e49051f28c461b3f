import { describe, expect, test } from 'vitest';
import { nothingToRevoke } from '../core/identity/proof.ts';
import { actionsOfRoles, type Role, roles } from '../core/identity/roles.ts';
import { createMemoryConfigStore } from '../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../core/tenants/schema.ts';
import { createAdminApp } from '../functions/admin/app.ts';
import type { Authenticator } from '../functions/http/authenticate.ts';
import { adminParts } from './support/admin-parts.ts';
import { chatStand, t1 } from './support/chat-stand.ts';
import { routesOf } from './support/routes-of.ts';
import { touched, watched } from './support/watched.ts';

/** Written by hand, apart from the product's own table: who may use which address. */
const expected: Readonly<Record<string, readonly Role[]>> = {
  'POST /chat': ['owner', 'editor', 'member'],
  'GET /tenant/:tenant_id/config': ['operator', 'owner', 'editor', 'auditor'],
  'PUT /tenant/:tenant_id/config': ['operator', 'owner'],
  'POST /tenant/:tenant_id/documents': ['owner', 'editor'],
  'GET /tenant/:tenant_id/documents': ['owner', 'editor', 'member'],
  'GET /tenant/:tenant_id/documents/:document_id': ['owner', 'editor', 'member'],
  'GET /tenant/:tenant_id/documents/:document_id/text': ['owner', 'editor', 'member'],
  'DELETE /tenant/:tenant_id/documents/:document_id': ['owner', 'editor'],
};

const stand = await chatStand();
const appsOf = async (held: readonly Role[], ownersCreateTenants = false) => {
  const authenticator: Authenticator = async () => ({
    tenant: t1,
    mode: 'jwt',
    roles: held,
    actions: actionsOfRoles(held),
    scopes: [],
    groups: [],
    proof: nothingToRevoke,
  });
  const configs = createMemoryConfigStore();
  const admin = createAdminApp({
    ...adminParts(configs, watched),
    authenticator,
    ownersCreateTenants,
  });
  return { configs, admin, apps: [admin, stand.chatApp({ authenticator, watch: watched })] };
};

const send = (route: ReturnType<typeof routesOf>[number]) =>
  route.app.request(route.path.replace(':tenant_id', 't1').replace(':document_id', `doc_${'0'.repeat(26)}`), {
    method: route.method,
    headers: { 'content-type': 'application/json' },
    ...(/POST|PUT/.test(route.method) && { body: '{"nothing":"of use"}' }),
  });

test('every address is in the table of who may use it', async () => {
  const { apps } = await appsOf(['owner']);
  const found = routesOf(apps).map(({ method, path }) => `${method} ${path}`);
  expect(found.sort()).toEqual(Object.keys(expected).sort());
});

describe.each([...roles, 'nobody'] as const)('%s', (role) => {
  test('is let in where the table says so, and elsewhere told 403 before anything is touched', async () => {
    const { apps } = await appsOf(role === 'nobody' ? [] : [role]);
    const lines: string[] = [];
    for (const route of routesOf(apps)) {
      const name = `${route.method} ${route.path}`;
      touched.length = 0;
      const { status } = await send(route);
      const letIn = expected[name]?.some((each) => each === role) ?? false;
      expect({ name, letIn: status !== 403 }).toEqual({ name, letIn });
      if (!letIn) expect(touched).toEqual([]);
      lines.push(`  ${letIn ? 'yes' : 'no '}  ${name}`);
    }
    console.log(`${role}\n${lines.join('\n')}`);
  });
});

test('several roles may what any of them may', async () => {
  const { apps } = await appsOf(['auditor', 'member']);
  const statusOf = async (name: string) => {
    const route = routesOf(apps).find(({ method, path }) => `${method} ${path}` === name);
    return route && (await send(route)).status;
  };
  expect(await statusOf('GET /tenant/:tenant_id/config')).not.toBe(403);
  expect(await statusOf('GET /tenant/:tenant_id/documents')).not.toBe(403);
  expect(await statusOf('PUT /tenant/:tenant_id/config')).toBe(403);
});

test.each([
  ['an operator brings a tenant into being', ['operator'], false, 200],
  ['an owner does not', ['owner'], false, 404],
  ['an owner does where the stage says so', ['owner'], true, 200],
] as const)('%s', async (_what, held, ownersCreateTenants, status) => {
  const { admin, configs } = await appsOf(held, ownersCreateTenants);
  const response = await admin.request('/tenant/t1/config', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(tenantConfigSchema.parse({ tenant_id: 't1' })),
  });
  expect(response.status).toBe(status);
  expect((await configs.get(t1)) !== undefined).toBe(status === 200);
});
