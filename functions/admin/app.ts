import type { Hono } from 'hono';
import type { OriginCheck } from '../../core/identity/origin-secret.ts';
import { type AppEnv, createApp } from '../http/app.ts';
import { type Authenticator, authenticate } from '../http/authenticate.ts';
import { type DocumentDeps, documentRoutes } from './documents.ts';
import { type TenantConfigDeps, tenantConfigRoutes } from './tenant-config.ts';

export interface AdminDeps extends TenantConfigDeps, DocumentDeps {
  readonly authenticator: Authenticator;
  /** Whether a request came through the stage's front; unset where nothing stands in front. */
  readonly isFromOrigin?: OriginCheck | undefined;
}

/** The control plane: everything under `/tenant/{tenant_id}`. */
export function createAdminApp(deps: AdminDeps): Hono<AppEnv> {
  const app = createApp({ isFromOrigin: deps.isFromOrigin });
  app.use('/tenant/:tenant_id/*', authenticate(deps.authenticator));
  app.route('/tenant/:tenant_id/config', tenantConfigRoutes(deps));
  app.route('/tenant/:tenant_id/documents', documentRoutes(deps));
  return app;
}
