import { Hono } from 'hono';
import { BadCursor } from '../../core/pages/cursor.ts';
import type { TenantList } from '../../core/tenants/tenant-list.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { permit } from '../http/permit.ts';
import { pageQuery, readQuery, wrongQuery } from '../http/read-query.ts';

export interface TenantListDeps {
  readonly tenants: TenantList;
}

/** `GET /tenants`: the tenants of the stage, for those who run it. */
export function tenantListRoutes(deps: TenantListDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get('/', permit('tenants:read'), async (c) => {
    const { limit, cursor } = readQuery(pageQuery, c);
    const page = await deps.tenants.list(limit, cursor).catch((error: unknown) => {
      if (error instanceof BadCursor) throw wrongQuery('cursor');
      throw error;
    });
    const tenants = page.tenants.map(({ tenantId, createdAt, configVersion }) => ({
      tenant_id: tenantId,
      created_at: createdAt ?? null,
      config_version: configVersion,
    }));
    return c.json({ tenants, cursor: page.cursor ?? null });
  });

  onlyMethods(routes, '/', ['GET']);
  return routes;
}
