import { describe, expect, test } from 'vitest';
import { createOriginCheck } from '../core/identity/origin-secret.ts';
import { nothingToRevoke } from '../core/identity/proof.ts';
import { actionsOfRoles, roles } from '../core/identity/roles.ts';
import { tenantConfigSchema } from '../core/tenants/schema.ts';
import { createAdminApp } from '../functions/admin/app.ts';
import { createApp } from '../functions/http/app.ts';
import type { Authenticator } from '../functions/http/authenticate.ts';
import { adminParts } from './support/admin-parts.ts';
import { chatStand, t1 } from './support/chat-stand.ts';
import { routesOf } from './support/routes-of.ts';
import { touched, watched } from './support/watched.ts';

const accept = ['p', 'c', 'n'].map((letter) => letter.repeat(40));
const isFromOrigin = createOriginCheck({ accept });

const stand = await chatStand();
// Put into the table before anybody watches it.
await stand.store.put(t1, tenantConfigSchema.parse({ tenant_id: 't1' }), true);
/** May everything, so that what is refused is refused at the front. */
const authenticator: Authenticator = async () => ({
  tenant: t1,
  mode: 'jwt',
  roles,
  actions: actionsOfRoles(roles),
  scopes: [],
  groups: [],
  proof: nothingToRevoke,
});
const apps = [
  createAdminApp({
    authenticator,
    isFromOrigin,
    ...adminParts(stand.store, watched),
  }),
  stand.chatApp({
    authenticator,
    isFromOrigin,
    watch: watched,
    retriever: { retrieve: async () => ({ routes: [], chunks: [], evidence: [], revision: 0 }) },
  }),
];
const routes = routesOf(apps);
/** Addresses that an app answers with 404 or 405, which it must not even say to strangers. */
const others = apps.flatMap((app) => [
  { app, method: 'GET', path: '/' },
  { app, method: 'GET', path: '/openapi.json' },
  { app, method: 'PATCH', path: '/chat' },
  { app, method: 'PATCH', path: '/tenant/:tenant_id/config' },
]);

const presented: readonly (readonly [string, string | undefined])[] = [
  ['no secret', undefined],
  ['an empty secret', ''],
  ['a wrong secret', 'w'.repeat(40)],
  ['a secret cut short', 'c'.repeat(39)],
  ['a good secret twice', `${accept[1]}, ${accept[1]}`],
];
const cases = [...routes, ...others].flatMap((route) =>
  presented.map(([what, secret]) => ({ ...route, secret, title: `${route.method} ${route.path}: ${what}` })),
);

const send = ({ app, method, path }: (typeof others)[number], secret: string | undefined) => {
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const address = path
    .replace(':tenant_id', 't1')
    .replace(':document_id', `doc_${'0'.repeat(26)}`)
    .replace(':key_id', '00000000');
  return app.request(address, {
    method,
    headers: {
      'x-tenant-id': 't1',
      ...(hasBody && { 'content-type': 'application/json' }),
      ...(secret !== undefined && { 'x-atrium-origin': secret }),
    },
    ...(hasBody && { body: JSON.stringify({ tenant_id: 't1', query: 'oats?' }) }),
  });
};

describe(`${cases.length} ways around the front, over ${routes.length} routes and ${others.length} other addresses`, () => {
  test.each(cases)('$title', async ({ secret, ...route }) => {
    touched.length = 0;
    const response = await send(route, secret);
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ type: 'urn:atrium:problem:forbidden' }),
    ]);
    expect(touched).toEqual([]);
    expect(stand.told).toEqual([]);
  });

  test.each(accept)('the accepted value %s opens every route', async (secret) => {
    for (const route of routes) {
      const response = await send(route, secret);
      await response.text();
      expect([route.path, response.status]).not.toEqual([route.path, 403]);
    }
    expect(touched).toEqual(expect.arrayContaining(['configs.get', 'ledger.list']));
    stand.told.length = 0;
  });

  test('an app without a front in front of it asks for no secret', async () => {
    const app = createApp();
    app.get('/', (c) => c.text('open'));
    expect((await app.request('/')).status).toBe(200);
  });
});
