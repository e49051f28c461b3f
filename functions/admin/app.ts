import type { Hono } from 'hono';
import { type AppEnv, createApp, type Edge } from '../http/app.ts';
import { type Authenticator, authenticate } from '../http/authenticate.ts';
import { type DocumentDeps, documentRoutes } from './documents.ts';
import { type TenantConfigDeps, tenantConfigRoutes } from './tenant-config.ts';

export interface AdminDeps extends Edge, TenantConfigDeps, DocumentDeps {
  readonly authenticator: Authenticator;
}

/** The control plane: everything under `/tenant/{tenant_id}`. */
export function createAdminApp(deps: AdminDeps): Hono<AppEnv> {
  const app = createApp({ edge: deps });
  app.use('/tenant/:tenant_id/*', authenticate(deps.authenticator));
  app.route('/tenant/:tenant_id/config', tenantConfigRoutes(deps));
  app.route('/tenant/:tenant_id/documents', documentRoutes(deps));
  return app;
}
