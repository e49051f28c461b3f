import { Hono } from 'hono';
import { z } from 'zod';
import { builtInRoutes } from '../../core/orchestrator/built-in-routes.ts';
import { routesOf } from '../../core/orchestrator/choose-route.ts';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { mustAgree } from '../http/authenticate.ts';
import { permit } from '../http/permit.ts';
import { readJson } from '../http/read-body.ts';

const maxConfigBytes = 256 * 1024;

export interface TenantConfigDeps {
  readonly configs: ConfigStore;
  /** Whether an owner may bring the tenant into being by writing its configuration, as an operator always may. */
  readonly ownersCreateTenants: boolean;
}

/** There is no list of tools yet; this is what their names look like. */
const toolName = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$/;

/**
 * The tenant it names is checked as everywhere else: malformed is 400, another one 403. A narrowing whose name is misspelt
 * would narrow nothing, so it is not taken; what is stored stays readable, whatever routes and tools there are later.
 */
const configOnTheWire = tenantConfigSchema
  .extend({ tenant_id: z.string() })
  .superRefine((config, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const routes = new Set(routesOf(config, builtInRoutes).map(({ id }) => id));
    for (const name of Object.keys(config.route_roles ?? {}))
      if (!routes.has(name)) refuse(['route_roles', name], 'is not a route');
    for (const name of Object.keys(config.tool_roles ?? {}))
      if (!toolName.test(name)) refuse(['tool_roles', name], 'is not a name of a tool');
  });

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
