import type { Hono } from 'hono';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { type Settled, settledBefore } from '../http/after-answer.ts';
import { type AppEnv, createApp, type Edge } from '../http/app.ts';
import { type Authenticator, authenticate } from '../http/authenticate.ts';
import { type DocumentDeps, documentRoutes } from './documents.ts';
import { type KeyDeps, keyRoutes } from './keys.ts';
import { type PreviewDeps, previewRoutes } from './preview.ts';
import { type RevocationDeps, revocationRoutes } from './revocations.ts';
import { type TenantConfigDeps, tenantConfigRoutes } from './tenant-config.ts';
import { type TenantListDeps, tenantListRoutes } from './tenants.ts';

export interface AdminDeps
  extends Edge,
    TenantConfigDeps,
    PreviewDeps,
    DocumentDeps,
    KeyDeps,
    RevocationDeps,
    TenantListDeps {
  readonly authenticator: Authenticator;
  /** Waits for what establishing the caller left to do. */
  readonly settled?: Settled;
  readonly configs: ConfigStore;
}

/**
 * The control plane: everything under `/tenant/{tenant_id}`, and `/tenants`. Nothing here asks admission, so whether a
 * credential still holds is asked with every request.
 */
export function createAdminApp(deps: AdminDeps): Hono<AppEnv> {
  const app = createApp({ edge: deps });
  const { ledger, blobs, index, configs, idempotency } = deps;
  for (const path of ['/tenant/:tenant_id/*', '/tenants']) {
    if (deps.settled) app.use(path, settledBefore(deps.settled));
    app.use(path, authenticate(deps.authenticator, { confirm: 'now' }));
  }
  app.route('/tenant/:tenant_id/config', tenantConfigRoutes(deps));
  app.route('/tenant/:tenant_id/config/preview', previewRoutes(deps));
  app.route('/tenant/:tenant_id/documents', documentRoutes({ ledger, blobs, index, configs, idempotency }));
  app.route('/tenant/:tenant_id/keys', keyRoutes(deps));
  app.route('/tenant/:tenant_id/revocations', revocationRoutes(deps));
  app.route('/tenants', tenantListRoutes(deps));
  return app;
}
