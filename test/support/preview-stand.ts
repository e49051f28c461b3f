import { compileScreen } from '../../core/guardrails/screen.ts';
import { actionsOfScopes } from '../../core/identity/keys/scopes.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles, type Role } from '../../core/identity/roles.ts';
import { createMemoryRecentQueries } from '../../core/queries/recent-queries.memory.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { type PreviewDeps, previewRoutes } from '../../functions/admin/preview.ts';
import { createApp } from '../../functions/http/app.ts';
import { authenticate } from '../../functions/http/authenticate.ts';

export const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
export const NOW = Date.parse('2026-01-31T12:00:00.500Z');
export const hourMs = 3_600_000;
export const hack = { type: 'contains', pattern: 'hack', reason: 'Security violation' } as const;
export const steal = { type: 'contains', pattern: 'steal', reason: 'No stealing' } as const;

/** Tenant t1 refuses `hack` and keeps questions for a day; t2 says nothing of its own, and t3 is not there. */
export function setUp(parts: Partial<PreviewDeps> & { role?: Role; key?: boolean; keep?: number } = {}) {
  const configs = createMemoryConfigStore();
  const put = (tenant: typeof t1, more: object) =>
    configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant, ...more }), true);
  void put(t1, { refusal_rules: [hack], keep_queries_hours: parts.keep ?? 24 });
  void put(t2, { keep_queries_hours: 24 });
  const queries = createMemoryRecentQueries();
  const app = createApp({ log: () => undefined });
  const { role = 'owner' } = parts;
  app.use(
    '/tenant/:tenant_id/*',
    authenticate(async ({ headers }) => ({
      tenant: vouchForTenant(headers.get('x-tenant-id') ?? ''),
      ...(parts.key
        ? { mode: 'key' as const, roles: [], actions: actionsOfScopes(['config']), scopes: ['config'] }
        : { mode: 'jwt' as const, roles: [role], actions: actionsOfRoles([role]), scopes: [] }),
      groups: [],
      proof: nothingToRevoke,
    })),
  );
  const deps = { configs, queries, compileScreen, now: () => NOW, ...parts };
  app.route('/tenant/:tenant_id/config/preview', previewRoutes(deps));
  const post = async (body: unknown, as = 't1') => {
    const response = await app.request(`/tenant/${as}/config/preview`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant-id': as },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, json: JSON.parse(await response.text()), headers: response.headers };
  };
  let messages = 0;
  const asked = (query: string, more: { tenant?: typeof t1; agoMs?: number; route?: string } = {}) =>
    queries.keep(
      more.tenant ?? t1,
      {
        atMs: NOW - (more.agoMs ?? 1_000),
        messageId: `msg_${++messages}`,
        query,
        route: more.route ?? 'GENERAL',
        decidedBy: 'admitted',
      },
      168,
    );
  return { configs, queries, post, asked, put };
}
export const config = (more: object = {}, tenant_id = 't1') => ({ tenant_id, ...more });
export const owner = {
  mode: 'jwt',
  roles: ['owner'],
  actions: actionsOfRoles(['owner']),
  scopes: [],
  groups: [],
  proof: nothingToRevoke,
} as const;
export const lastHour = new Date(NOW - hourMs).toISOString();
