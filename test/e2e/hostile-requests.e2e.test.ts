import fc from 'fast-check';
import { expect, inject, test } from 'vitest';
import { hostileRequests } from '../support/hostile-requests.ts';
import { mintToken } from '../support/mint-token.ts';
import { openStage } from '../support/open-stage.ts';

const url = inject('stageUrl');
const [runs, seed] = [Number(process.env.HOSTILE_RUNS ?? 400), Date.now() % 1e9];

/** A tenant of this test's own: what is changed at random is nobody else's. */
async function ownTenant(): Promise<readonly string[]> {
  const owner = await mintToken(
    '--tenant',
    'hostile',
    '--role',
    'owner',
    '--role',
    'operator',
    '--group',
    'staff',
  );
  const headers = { authorization: `Bearer ${owner}`, 'content-type': 'application/json' };
  const config = { tenant_id: 'hostile', rate_limit_per_minute: 1_000_000, rate_limit_per_hour: 10_000_000 };
  await fetch(`${url}/tenant/hostile/config`, { method: 'PUT', headers, body: JSON.stringify(config) });
  const ask = { name: 'all', scopes: ['chat', 'documents', 'config', 'keys', 'delegate'] };
  const made = await fetch(`${url}/tenant/hostile/keys`, {
    method: 'POST',
    headers,
    body: JSON.stringify(ask),
  });
  expect(made.status).toBe(201);
  return [owner, ((await made.json()) as { key: string }).key];
}

test(`a running stage answers whatever is sent, and never with a 5xx (${runs} requests, seed ${seed})`, async () => {
  const { routes } = await openStage();
  const credentials = await ownTenant();
  // Bad ones would use up the failures of this address, which other tests need; they are tried on the apps themselves.
  const good = [undefined, ...credentials.map((each) => `Bearer ${each}`)];
  const requests = hostileRequests({
    addresses: routes.map(({ method, path }) => `${method} ${path}`),
    credentials,
    tenant: 'hostile',
  }).filter(({ headers }) => good.includes(headers.authorization));
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, target, headers: all, body }) => {
      // The client itself keeps these right.
      const { 'content-length': _, expect: __, ...headers } = all;
      const bodiless = method === 'GET' || method === 'HEAD';
      const response = await fetch(`${url}${target}`, {
        method,
        headers,
        ...(!bodiless && { body: body as string }),
      });
      const text = await response.text();
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
      expect(response.status >= 500 ? { status: response.status, text } : 'no 5xx').toBe('no 5xx');
    }),
    { numRuns: runs, seed },
  );
  const found = [...seen].sort(([a], [b]) => a - b).map(([status, n]) => `${n} x ${status}`);
  console.log(`${runs} hostile requests to a stage, seed ${seed}: ${found.join(', ')}`);
}, 300_000);
