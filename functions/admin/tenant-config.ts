import { Hono } from 'hono';
import { z } from 'zod';
import { Problem } from '../../core/problems/problem.ts';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { mustAgree } from '../http/authenticate.ts';
import { readJson } from '../http/read-body.ts';

const maxConfigBytes = 256 * 1024;

export interface TenantConfigDeps {
  readonly configs: ConfigStore;
  /** Whether the caller may bring a new tenant into being by writing its configuration. */
  readonly ownersCreateTenants: boolean;
}

/** The tenant it names is checked as everywhere else: malformed is 400, another one 403. */
const configOnTheWire = tenantConfigSchema.extend({ tenant_id: z.string() });

/** `GET|PUT /tenant/{tenant_id}/config`. */
export function tenantConfigRoutes(deps: TenantConfigDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get('/', async (c) => {
    const stored = await deps.configs.get(c.var.caller.tenant);
    if (!stored) throw unknownTenant();
    return c.json(stored.config, 200, { etag: `"${stored.version}"` });
  });

  routes.put('/', async (c) => {
    const config = await readJson(c.req.raw, configOnTheWire, maxConfigBytes);
    mustAgree(c.var.caller, '/tenant_id', config.tenant_id);
    const stored = await deps.configs.put(c.var.caller.tenant, config, deps.ownersCreateTenants);
    if (!stored) throw unknownTenant();
    return c.json(stored.config, 200, { etag: `"${stored.version}"` });
  });

  onlyMethods(routes, '/', ['GET', 'PUT']);
  return routes;
}

export const unknownTenant = () => new Problem('not-found', 'There is no such tenant.');
