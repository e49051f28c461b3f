import type { MiddlewareHandler } from 'hono';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import type { AppEnv } from '../http/app.ts';

/** Whoever is not configured is no tenant, and must not come into being by what is written for it. */
export const knownTenant =
  (configs: Pick<ConfigStore, 'get'>): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    if (!(await configs.get(c.var.caller.tenant))) throw unknownTenant();
    await next();
  };
