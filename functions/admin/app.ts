import type { Hono, MiddlewareHandler } from 'hono';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { type AppEnv, createApp } from '../http/app.ts';
import { type AuthMode, authenticate } from '../http/authenticate.ts';
import { type DocumentDeps, documentRoutes } from './documents.ts';
import { type TenantConfigDeps, tenantConfigRoutes, unknownTenant } from './tenant-config.ts';

export interface AdminDeps extends TenantConfigDeps, DocumentDeps {
  readonly authModes: readonly AuthMode[];
}

/** The control plane: everything under `/tenant/{tenant_id}`. */
export function createAdminApp(deps: AdminDeps): Hono<AppEnv> {
  const app = createApp();
  app.use('/tenant/:tenant_id/*', authenticate(deps.authModes));
  app.route('/tenant/:tenant_id/config', tenantConfigRoutes(deps));
  app.use('/tenant/:tenant_id/documents/*', existingTenant(deps.configs));
  app.route('/tenant/:tenant_id/documents', documentRoutes(deps));
  return app;
}

/** Only the configuration brings a tenant into being; everything else needs one that exists. */
function existingTenant(configs: ConfigStore): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!(await configs.get(c.var.caller.tenant))) throw unknownTenant();
    await next();
  };
}
