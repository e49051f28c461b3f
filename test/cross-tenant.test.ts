import { beforeAll, describe, expect, test } from 'vitest';
import { acceptUpload } from '../core/documents/accept-upload.ts';
import { keys } from '../core/documents/keys.ts';
import { apiKeyScopes } from '../core/identity/keys/scopes.ts';
import { roles } from '../core/identity/roles.ts';
import { tenantConfigSchema } from '../core/tenants/schema.ts';
import { vouchForTenant } from '../core/tenants/tenant-id.ts';
import { t1 } from './support/chat-stand.ts';
import { openStage } from './support/open-stage.ts';

/** In everything that the victim t1 owns; no byte of it may reach the attacker t2. */
const secret = 'Veshkarra';
const t2 = vouchForTenant('t2');

const { stand, kept, routes, token, key } = await openStage({
  retriever: { retrieve: async () => ({ routes: [], chunks: [], evidence: [], revision: 0 }) },
});

let documentId = '';
let keyId = '';
const messageId = `msg_${'0'.repeat(26)}`;
const askers = ['header:', 'jwt:somebody', 'jwt:', 'key:'];
let before = '';
const stateOfVictim = async () =>
  JSON.stringify([
    await kept.configs.get(t1),
    await kept.ledger.list(t1, 100),
    await kept.blobs.get(t1, keys.text(t1, documentId, 1)),
    await kept.keys.list(t1),
    await kept.revocations.get(t1),
    await kept.queries.since(t1, 0, Date.now(), 1_000),
    await Promise.all(askers.map((asker) => stand.cancellations.isAsked(t1, messageId, asker))),
  ]);

/** What t2 can come with: all that there is, of its own. */
const credentials: Record<string, Record<string, string>> = {};

beforeAll(async () => {
  const config = (tenant_id: string, reason: string) =>
    tenantConfigSchema.parse({
      tenant_id,
      refusal_rules: [{ type: 'contains', pattern: 'x', reason }],
      keep_queries_hours: 168,
    });
  await kept.configs.put(t1, config('t1', secret), true);
  await kept.configs.put(t2, config('t2', 'mine'), true);
  const bytes = new TextEncoder().encode(`${secret} is the plan.`);
  const accepted = await acceptUpload({ ledger: kept.ledger, blobs: kept.blobs }, t1, {
    bytes,
    filename: `${secret}.txt`,
    mediaType: 'text/plain',
  });
  if (!accepted.accepted) throw new Error('the upload of the victim was not accepted');
  documentId = accepted.record.documentId;
  await kept.blobs.put(t1, keys.text(t1, documentId, 1), bytes, { contentType: 'text/plain' });
  await key(t1, apiKeyScopes, [secret]);
  keyId = (await kept.keys.list(t1))[0]?.key_id ?? '';
  await kept.revocations.revokeToken(t1, secret, Date.now());
  const asked = {
    atMs: Date.now(),
    messageId,
    query: `What of ${secret}?`,
    route: 'GENERAL',
    decidedBy: secret,
  };
  await kept.queries.keep(t1, asked, 168);
  before = await stateOfVictim();
  credentials.header = {};
  credentials['a token with every role and group'] = {
    authorization: `Bearer ${await token('t2', roles, { groups: [secret], scope: 'delegate' })}`,
  };
  credentials['a key with every scope'] = {
    authorization: `Bearer ${await key(t2, apiKeyScopes, ['board'])}`,
  };
});

interface Attack {
  readonly name: string;
  /** The tenant in the header; where a credential says who asks, often none. */
  readonly header?: string;
  /** In the path, the body, the query, as the id of a thing; t2 where nothing is said. */
  readonly path?: 't1';
  readonly body?: 't1';
  readonly query?: 't1';
  readonly things?: 't1';
  readonly by: readonly string[];
  readonly statuses: readonly number[];
}

const proven = ['a token with every role and group', 'a key with every scope'];
const anyhow = ['header', ...proven];

/** Where a request can name a tenant, or a thing of one, that is not its own. */
const attacks: readonly Attack[] = [
  { name: 'a foreign tenant in the path', path: 't1', header: 't2', by: anyhow, statuses: [403] },
  { name: 'a foreign tenant in the path, alone', path: 't1', by: proven, statuses: [403] },
  { name: 'a foreign tenant in the header', header: 't1', by: anyhow, statuses: [403] },
  { name: 'a foreign tenant everywhere', header: 't1', path: 't1', body: 't1', by: proven, statuses: [403] },
  {
    name: 'a foreign tenant in the body',
    header: 't2',
    body: 't1',
    by: anyhow,
    statuses: [403, 404, 415, 422],
  },
  { name: 'a foreign tenant in the body, alone', body: 't1', by: proven, statuses: [403, 404, 415, 422] },
  { name: 'a foreign tenant in the query', header: 't2', query: 't1', by: anyhow, statuses: [200, 403, 404] },
  { name: 'two tenants in the header', header: 't2, t1', by: anyhow, statuses: [400] },
  { name: 'the foreign tenant in another spelling', header: 'T1', by: anyhow, statuses: [400] },
  { name: 'no tenant in the header', path: 't1', body: 't1', by: ['header'], statuses: [401] },
  {
    name: 'a foreign thing under one’s own path',
    header: 't2',
    things: 't1',
    by: anyhow,
    statuses: [404, 415],
  },
];

/** Whether an attack has a place to stand on at an address. */
function applies(attack: Attack, path: string, method: string): boolean {
  if (attack.things) return /:(document|key|message)_id/.test(path);
  if (attack.path) return path.includes(':tenant_id');
  if (attack.body) return /POST|PUT/.test(method);
  if (attack.query) return method === 'GET';
  return true;
}

const cases = routes.flatMap((route) =>
  attacks
    .filter((attack) => applies(attack, route.path, route.method))
    .flatMap((attack) =>
      // The header alone proves nothing: naming the foreign tenant in it, where nothing else is named, is being it.
      attack.by
        .filter((by) => by !== 'header' || attack.header !== 't1' || route.path.includes(':tenant_id'))
        .map((by) => ({
          ...route,
          attack,
          by,
          title: `${route.method} ${route.path}: ${attack.name}, by ${by}`,
        })),
    ),
);

/** A body that the address takes, but for the tenant that it names. */
function bodyOf(path: string, tenant: string): object {
  if (path === '/chat') return { tenant_id: tenant, query: secret };
  if (path.endsWith('/config')) return { tenant_id: tenant, keep_queries_hours: 168 };
  // A rule that all that was asked would newly meet: what is found is shown.
  if (path.endsWith('/preview')) {
    const sensitive_prompt_patterns = ['a', 'e', 'o'];
    return {
      config: { tenant_id: tenant, sensitive_prompt_patterns },
      queries: ['What is it?'],
      since: Date.now() - 3_600_000,
    };
  }
  if (path.endsWith('/groups')) return { groups: [] };
  if (path.endsWith('/keys')) return { tenant_id: tenant, name: 'mine', scopes: ['chat'] };
  return { tenant_id: tenant, jti: 'mine' };
}

const afterwards = new Map<number, number>();

describe(`${cases.length} ways to reach another tenant, over ${routes.length} routes`, () => {
  test.each(cases)('$title', async ({ app, method, path, attack, by }) => {
    const place = path
      .replace(':tenant_id', attack.path ?? 't2')
      .replace(':document_id', documentId)
      .replace(':key_id', keyId)
      .replace(':message_id', messageId);
    const address = attack.query ? `${place}?tenant_id=t1&tenant=t1` : place;
    const hasBody = method === 'POST' || method === 'PUT';
    const response = await app.request(address, {
      method,
      headers: {
        ...credentials[by],
        ...(attack.header !== undefined && { 'x-tenant-id': attack.header }),
        ...(hasBody && { 'content-type': 'application/json' }),
      },
      ...(hasBody && { body: JSON.stringify(bodyOf(path, attack.body ?? 't2')) }),
    });
    // Who has no right to the list of tenants is told so before anything else of the request is looked at.
    // A wish to cancel is taken for any message, without a body, and kept under one's own tenant, where nothing is to cancel.
    const more = path === '/tenants' ? [200, 403] : path.endsWith('/cancel') ? [202] : [];
    expect([...attack.statuses, ...more]).toContain(response.status);
    afterwards.set(response.status, (afterwards.get(response.status) ?? 0) + 1);
    const everything = JSON.stringify([[...response.headers], await response.text()]);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(documentId);
    expect(everything).not.toContain(keyId);
    expect(await stateOfVictim()).toBe(before);
  });

  test('a preview on what was asked shows a tenant its own questions alone', async () => {
    const preview = async (tenant: string, headers: Record<string, string> | undefined) => {
      const path = `/tenant/${tenant}/config/preview`;
      const response = await routes
        .find((route) => route.path === '/tenant/:tenant_id/config/preview')
        ?.app.request(path, {
          method: 'POST',
          headers: { ...headers, 'x-tenant-id': tenant, 'content-type': 'application/json' },
          body: JSON.stringify(bodyOf(path, tenant)),
        });
      expect(response?.status).toBe(200);
      return response?.text();
    };
    expect(await preview('t1', {})).toContain(`What of ${secret}?`);
    for (const by of anyhow) expect(await preview('t2', credentials[by])).not.toContain(secret);
  });

  test('none of them was let in where it matters, and they are counted', () => {
    const found = [...afterwards].sort(([a], [b]) => a - b).map(([status, n]) => `${n} x ${status}`);
    console.log(
      `${cases.length} cross-tenant cases over ${routes.length} routes, 0 foreign bytes: ${found.join(', ')}`,
    );
    expect([...afterwards.values()].reduce((sum, n) => sum + n, 0)).toBe(cases.length);
    expect(afterwards.get(500)).toBeUndefined();
  });
});
