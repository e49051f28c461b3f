import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { acceptUpload } from '../core/documents/accept-upload.ts';
import { keys } from '../core/documents/keys.ts';
import { createAttempts } from '../core/identity/attempts.ts';
import { createMemoryRevocationStore } from '../core/identity/revocations/revocation-store.memory.ts';
import { roles } from '../core/identity/roles.ts';
import { tenantConfigSchema } from '../core/tenants/schema.ts';
import { vouchForTenant } from '../core/tenants/tenant-id.ts';
import { createAdminApp } from '../functions/admin/app.ts';
import type { AppEnv } from '../functions/http/app.ts';
import {
  authenticatorEnvironment,
  createStageAuthenticator,
} from '../functions/http/authenticator-environment.ts';
import { tokenIssuer } from '../local/stage/token-issuer.ts';
import { adminParts } from './support/admin-parts.ts';
import { chatStand, t1 } from './support/chat-stand.ts';
import { routesOf } from './support/routes-of.ts';

/** In everything that the victim t1 owns; no byte of it may reach the attacker t2. */
const secret = 'Veshkarra';
const t2 = vouchForTenant('t2');

const stand = await chatStand();
const folder = mkdtempSync(join(tmpdir(), 'atrium-issuer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const issuer = tokenIssuer(folder);
/** Takes the header and tokens; a token of t2 has every role there is. */
const { authenticator } = createStageAuthenticator(
  z.object(authenticatorEnvironment).parse({ AUTH_MODES: 'header,jwt', AUTH_ISSUERS: issuer.trusted }),
  {
    revocations: createMemoryRevocationStore(),
    attempts: createAttempts({ now: Date.now, perAddress: 10_000 }),
  },
);
const tokenOfT2 = await issuer.mint({ tenant: 't2', roles, user: 'eve', minutes: 5 });

const deps = adminParts(stand.store);
const apps: Hono<AppEnv>[] = [
  createAdminApp({ ...deps, authenticator }),
  stand.chatApp({
    authenticator,
    retriever: { retrieve: async () => ({ routes: [], chunks: [], evidence: [], revision: 0 }) },
  }),
];

const routes = routesOf(apps);

let documentId = '';
let before = '';
const stateOfVictim = async () =>
  JSON.stringify([
    await stand.store.get(t1),
    await deps.ledger.list(t1, 100),
    await deps.blobs.get(t1, keys.text(t1, documentId, 1)),
  ]);

beforeAll(async () => {
  const config = (tenant_id: string, reason: string) =>
    tenantConfigSchema.parse({ tenant_id, refusal_rules: [{ type: 'contains', pattern: 'x', reason }] });
  await stand.store.put(t1, config('t1', secret), true);
  await stand.store.put(t2, config('t2', 'mine'), true);
  const bytes = new TextEncoder().encode(`${secret} is the plan.`);
  const file = { bytes, filename: `${secret}.txt`, mediaType: 'text/plain' };
  const accepted = await acceptUpload({ ledger: deps.ledger, blobs: deps.blobs }, t1, file);
  if (!accepted.accepted) throw new Error('the upload of the victim was not accepted');
  documentId = accepted.record.documentId;
  await deps.blobs.put(t1, keys.text(t1, documentId, 1), bytes, { contentType: 'text/plain' });
  before = await stateOfVictim();
});

interface Attack {
  readonly name: string;
  /** The tenant in the header, if any. */
  readonly header: string | undefined;
  /** With a credential of t2. */
  readonly token?: true;
  readonly pathTenant: string;
  readonly bodyTenant: string;
  readonly statuses: readonly number[];
}

/** Where a request can name a tenant that is not its own. */
const attacks: readonly Attack[] = [
  { name: 'a foreign tenant in the path', header: 't2', pathTenant: 't1', bodyTenant: 't2', statuses: [403] },
  {
    name: 'a foreign tenant in the body',
    header: 't2',
    pathTenant: 't2',
    bodyTenant: 't1',
    statuses: [403, 415],
  },
  {
    name: 'a foreign tenant in the header',
    header: 't1',
    pathTenant: 't2',
    bodyTenant: 't2',
    statuses: [403],
  },
  {
    name: 'two tenants in the header',
    header: 't2, t1',
    pathTenant: 't2',
    bodyTenant: 't2',
    statuses: [400],
  },
  {
    name: 'the foreign tenant in another spelling',
    header: 'T1',
    pathTenant: 't2',
    bodyTenant: 't2',
    statuses: [400],
  },
  { name: 'no tenant in the header', header: undefined, pathTenant: 't1', bodyTenant: 't1', statuses: [401] },
  {
    name: 'a foreign tenant in the path, with a token',
    header: undefined,
    token: true,
    pathTenant: 't1',
    bodyTenant: 't2',
    statuses: [403],
  },
  {
    name: 'a foreign tenant in the body, with a token',
    header: undefined,
    token: true,
    pathTenant: 't2',
    bodyTenant: 't1',
    statuses: [403, 415],
  },
  {
    name: 'a foreign tenant in header and everywhere, with a token of one’s own',
    header: 't1',
    token: true,
    pathTenant: 't1',
    bodyTenant: 't1',
    statuses: [403],
  },
  {
    name: 'a foreign object under one’s own path, with a token',
    header: undefined,
    token: true,
    pathTenant: 't2',
    bodyTenant: 't2',
    statuses: [404],
  },
  {
    name: 'a foreign object under one’s own path',
    header: 't2',
    pathTenant: 't2',
    bodyTenant: 't2',
    statuses: [404],
  },
];

/** Whether an attack has a place to stand on at a route. */
function applies(attack: Attack, path: string, method: string): boolean {
  if (attack.name.includes('object')) return path.includes(':document_id');
  if (attack.name.includes('path')) return path.includes(':tenant_id');
  if (attack.name.includes('body'))
    return method !== 'GET' && method !== 'DELETE' && !path.includes('documents');
  return true;
}

const cases = routes.flatMap((route) =>
  attacks
    .filter((attack) => applies(attack, route.path, route.method))
    .map((attack) => ({ ...route, attack, title: `${route.method} ${route.path}: ${attack.name}` })),
);

describe(`${cases.length} ways to reach another tenant, over ${routes.length} routes`, () => {
  test.each(cases)('$title', async ({ app, method, path, attack }) => {
    const address = path.replace(':tenant_id', attack.pathTenant).replace(':document_id', documentId);
    const hasBody = method === 'POST' || method === 'PUT';
    const response = await app.request(address, {
      method,
      headers: {
        ...(attack.header !== undefined && { 'x-tenant-id': attack.header }),
        ...(attack.token && { authorization: `Bearer ${tokenOfT2}` }),
        ...(hasBody && { 'content-type': 'application/json' }),
      },
      ...(hasBody && {
        body: JSON.stringify({ tenant_id: attack.bodyTenant, ...(path === '/chat' && { query: secret }) }),
      }),
    });
    expect(attack.statuses).toContain(response.status);
    const everything = JSON.stringify([[...response.headers], await response.text()]);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(documentId);
    expect(await stateOfVictim()).toBe(before);
  });

  test('every route that knows tenants is among them', () => {
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set([
        'GET /tenant/:tenant_id/config',
        'PUT /tenant/:tenant_id/config',
        'POST /tenant/:tenant_id/documents',
        'GET /tenant/:tenant_id/documents',
        'GET /tenant/:tenant_id/documents/:document_id',
        'GET /tenant/:tenant_id/documents/:document_id/text',
        'DELETE /tenant/:tenant_id/documents/:document_id',
        'POST /chat',
      ]),
    );
    console.log(`${cases.length} cross-tenant cases over ${routes.length} routes, 0 foreign bytes`);
  });
});
