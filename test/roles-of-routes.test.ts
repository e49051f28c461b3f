import { describe, expect, test } from 'vitest';
import { apiKeyScopes } from '../core/identity/keys/scopes.ts';
import { roles } from '../core/identity/roles.ts';
import { tenantConfigSchema } from '../core/tenants/schema.ts';
import { vouchForTenant } from '../core/tenants/tenant-id.ts';
import { createAdminApp } from '../functions/admin/app.ts';
import { t1 } from './support/chat-stand.ts';
import { openStage } from './support/open-stage.ts';
import type { Route } from './support/routes-of.ts';
import { touched, watched } from './support/watched.ts';

/**
 * Written by hand, apart from the product's own tables: whom each address lets in. A role stands for a token with it, a
 * name with `key:` for an API key with that scope; the header alone is an owner.
 */
const expected: Readonly<Record<string, string>> = {
  'POST /chat': 'owner editor member key:chat',
  'POST /chat/:message_id/cancel': 'owner editor member key:chat',
  'GET /tenant/:tenant_id/config': 'operator owner editor auditor key:config',
  'PUT /tenant/:tenant_id/config': 'operator owner key:config',
  'POST /tenant/:tenant_id/config/preview': 'operator owner key:config',
  'POST /tenant/:tenant_id/documents': 'owner editor key:documents',
  'GET /tenant/:tenant_id/documents': 'owner editor member key:documents',
  'GET /tenant/:tenant_id/documents/:document_id': 'owner editor member key:documents',
  'GET /tenant/:tenant_id/documents/:document_id/text': 'owner editor member key:documents',
  'PUT /tenant/:tenant_id/documents/:document_id/groups': 'owner editor key:documents',
  'DELETE /tenant/:tenant_id/documents/:document_id': 'owner editor key:documents',
  'POST /tenant/:tenant_id/keys': 'owner key:keys',
  'GET /tenant/:tenant_id/keys': 'owner key:keys',
  'DELETE /tenant/:tenant_id/keys/:key_id': 'owner key:keys',
  'POST /tenant/:tenant_id/revocations': 'owner key:keys',
  'GET /tenant/:tenant_id/revocations': 'owner key:keys',
  'GET /tenants': 'operator',
};

const stage = await openStage({ watch: watched });
const nameOf = ({ method, path }: Route) => `${method} ${path}`;

/** Everything that a caller can come with: mode and what it holds, and its headers. */
const comers: readonly {
  readonly mode: string;
  readonly holds: string;
  readonly headers: Record<string, string>;
}[] = [
  { mode: 'header', holds: 'owner', headers: { 'x-tenant-id': 't1' } },
  ...(await Promise.all(
    [...roles, undefined].map(async (role) => ({
      mode: 'jwt',
      holds: role ?? 'nobody',
      headers: { authorization: `Bearer ${await stage.token('t1', role ? [role] : [])}` },
    })),
  )),
  ...(await Promise.all(
    apiKeyScopes.map(async (scope) => ({
      mode: 'key',
      holds: `key:${scope}`,
      headers: { authorization: `Bearer ${await stage.key(t1, [scope])}` },
    })),
  )),
];

const send = (route: Route, headers: Record<string, string>) =>
  route.app.request(
    route.path
      .replace(':tenant_id', 't1')
      .replace(':document_id', `doc_${'0'.repeat(26)}`)
      .replace(':key_id', '00000000')
      .replace(':message_id', `msg_${'0'.repeat(26)}`),
    {
      method: route.method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(/POST|PUT/.test(route.method) && { body: '{"nothing":"of use"}' }),
    },
  );

test('every address is in the table of who may use it', () => {
  expect(stage.routes.map(nameOf).sort()).toEqual(Object.keys(expected).sort());
});

const letIn = new Map<string, string[]>();

describe.each(comers)('$mode: $holds', ({ holds, headers }) => {
  test('is let in where the table says so, and elsewhere told 403 before anything is touched', async () => {
    for (const route of stage.routes) {
      const name = nameOf(route);
      touched.length = 0;
      const { status } = await send(route, headers);
      const may = expected[name]?.split(' ').includes(holds) ?? false;
      expect({ name, status, letIn: status !== 403 && status !== 401 }).toEqual({ name, status, letIn: may });
      if (!may) expect(touched).toEqual([]);
      letIn.set(name, [...(letIn.get(name) ?? []), may ? 'x' : '']);
    }
  });
});

test('the table, as it was found', () => {
  const heads = comers.map(({ mode, holds }) => (mode === 'key' ? holds : `${mode}:${holds}`));
  const width = Math.max(...[...letIn.keys()].map((name) => name.length));
  const row = (name: string, cells: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell, n) => cell.padEnd(heads[n]?.length ?? 0))].join(' | ');
  const rows = [...letIn].map(([name, cells]) => row(name, cells));
  console.log([row('', heads), ...rows].join('\n'));
  console.log(`${letIn.size} addresses x ${comers.length} kinds of callers`);
  expect(rows.length * comers.length).toBe(Object.keys(expected).length * 12);
});

test('without a credential nobody is let in where the header is not taken, whatever it says', async () => {
  for (const modes of ['', 'jwt', 'key', 'jwt,key']) {
    const closed = await openStage({ modes, watch: watched });
    for (const route of closed.routes) {
      touched.length = 0;
      const { status } = await send(route, { 'x-tenant-id': 't1' });
      expect({ route: nameOf(route), status, touched }).toEqual({
        route: nameOf(route),
        status: 401,
        touched: [],
      });
    }
  }
});

test('a credential of a mode that the stage does not take lets nobody in', async () => {
  const [keysOnly, tokensOnly] = [await openStage({ modes: 'key' }), await openStage({ modes: 'jwt' })];
  for (const route of keysOnly.routes) {
    const authorization = `Bearer ${await keysOnly.token('t1', roles)}`;
    expect((await send(route, { authorization })).status).toBe(401);
  }
  for (const route of tokensOnly.routes) {
    const authorization = `Bearer ${await tokensOnly.key(t1, apiKeyScopes)}`;
    expect((await send(route, { authorization })).status).toBe(401);
  }
});

test('several roles may what any of them may', async () => {
  const headers = { authorization: `Bearer ${await stage.token('t1', ['auditor', 'member'])}` };
  const statusOf = async (name: string) => {
    const route = stage.routes.find((each) => nameOf(each) === name);
    return route && (await send(route, headers)).status;
  };
  expect(await statusOf('GET /tenant/:tenant_id/config')).toBe(200);
  expect(await statusOf('GET /tenant/:tenant_id/documents')).toBe(200);
  expect(await statusOf('PUT /tenant/:tenant_id/config')).toBe(403);
});

test.each([
  ['an operator brings a tenant into being', 'operator', false, 200],
  ['an owner does not', 'owner', false, 404],
  ['an owner does where the stage says so', 'owner', true, 200],
] as const)('%s', async (_what, role, ownersCreateTenants, status) => {
  const { kept, token, authenticator } = await openStage();
  const admin = createAdminApp({ ...kept, authenticator, ownersCreateTenants });
  const response = await admin.request('/tenant/t9/config', {
    method: 'PUT',
    headers: { authorization: `Bearer ${await token('t9', [role])}`, 'content-type': 'application/json' },
    body: JSON.stringify(tenantConfigSchema.parse({ tenant_id: 't9' })),
  });
  expect(response.status).toBe(status);
  expect((await kept.configs.get(vouchForTenant('t9'))) !== undefined).toBe(status === 200);
});
