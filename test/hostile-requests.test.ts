import fc from 'fast-check';
import { expect, test } from 'vitest';
import { apiKeyScopes } from '../core/identity/keys/scopes.ts';
import { roles } from '../core/identity/roles.ts';
import { problems } from '../core/problems/problem.ts';
import { tenantConfigSchema } from '../core/tenants/schema.ts';
import { t1 } from './support/chat-stand.ts';
import { hostileRequests } from './support/hostile-requests.ts';
import { openStage } from './support/open-stage.ts';

const stage = await openStage();
const config = {
  tenant_id: 't1',
  rate_limit_per_minute: 1_000_000,
  rate_limit_per_hour: 10_000_000,
  keep_queries_hours: 168,
};
await stage.kept.configs.put(t1, tenantConfigSchema.parse(config), true);

const apps = new Map(stage.routes.map(({ app, method, path }) => [`${method} ${path}`, app]));
const requests = hostileRequests({
  addresses: [...apps.keys()],
  credentials: [
    await stage.token('t1', roles, { groups: ['staff'], scope: 'delegate' }),
    await stage.key(t1, apiKeyScopes),
  ],
});
const [runs, seed] = [
  Number(process.env.HOSTILE_RUNS ?? 2_000),
  Number(process.env.HOSTILE_SEED ?? Date.now() % 1e9),
];

test(`whatever is sent is answered, and never with a 5xx (${runs} requests, seed ${seed})`, async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(requests, async ({ address, method, target, headers, body }) => {
      const bodiless = method === 'GET' || method === 'HEAD';
      const response = await apps.get(address)?.request(`http://stage.example${target}`, {
        method,
        headers,
        ...(!bodiless && { body: body as string }),
      });
      if (!response) throw new Error('no app has that address');
      const { status } = response;
      const text = await response.text();
      seen.set(status, (seen.get(status) ?? 0) + 1);
      expect(status >= 500 ? { status, text } : 'no 5xx').toBe('no 5xx');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const credential = headers.authorization ?? '';
      if (credential.length > 40) expect(text).not.toContain(credential.slice(-30));
      if (status < 400 || method === 'HEAD') return;
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      const problem = JSON.parse(text);
      expect(problem.status).toBe(status);
      expect(Object.keys(problems)).toContain(String(problem.type).replace('urn:atrium:problem:', ''));
    }),
    { numRuns: runs, seed },
  );
  const found = [...seen].sort(([a], [b]) => a - b).map(([status, n]) => `${n} x ${status}`);
  console.log(`${runs} hostile requests, seed ${seed}: ${found.join(', ')}`);
  // Without these the door alone was tried.
  for (const status of [200, 400, 401, 403, 404, 422]) expect(seen.get(status) ?? 0).toBeGreaterThan(0);
}, 300_000);
