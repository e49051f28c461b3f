import { Hono } from 'hono';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { mustAgree } from '../http/authenticate.ts';
import { permit } from '../http/permit.ts';
import { readJson } from '../http/read-body.ts';
import { configOnTheWire, maxConfigBytes } from './config-on-the-wire.ts';

export interface TenantConfigDeps {
  readonly configs: ConfigStore;
  /** Whether an owner may bring the tenant into being by writing its configuration, as an operator always may. */
  readonly ownersCreateTenants: boolean;
}

/** `GET|PUT /tenant/{tenant_id}/config`. */
export function tenantConfigRoutes(deps: TenantConfigDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get('/', permit('config:read'), async (c) => {
    const stored = await deps.configs.get(c.var.caller.tenant);
    if (!stored) throw unknownTenant();
    return c.json(stored.config, 200, { etag: `"${stored.version}"` });
  });

  routes.put('/', permit('config:write'), async (c) => {
    const config = await readJson(c.req.raw, configOnTheWire, maxConfigBytes);
    mustAgree(c.var.caller, '/tenant_id', config.tenant_id);
    const { tenant, roles, actions } = c.var.caller;
    const mayCreate =
      actions.includes('tenants:create') || (deps.ownersCreateTenants && roles.includes('owner'));
    const stored = await deps.configs.put(tenant, config, mayCreate);
    if (!stored) throw unknownTenant();
    return c.json(stored.config, 200, { etag: `"${stored.version}"` });
  });

  onlyMethods(routes, '/', ['GET', 'PUT']);
  return routes;
}
