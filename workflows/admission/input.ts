import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import type { TenantList } from '../../core/tenants/tenant-list.ts';

/** Tenants that are worked for at the same time. */
const groupSize = 10;

/**
 * For whom a run on a schedule works: every tenant that is listed, a page of the list at a time. The list vouches for
 * them, since only a tenant's own session could write the item that is listed under its key. Nobody's request says who
 * is in it.
 */
export async function* listedTenants(list: TenantList): AsyncGenerator<readonly TenantId[]> {
  let cursor: string | undefined;
  do {
    const page = await list.list(groupSize, cursor);
    yield page.tenants.map(({ tenantId }) => vouchForTenant(tenantId));
    cursor = page.cursor;
  } while (cursor !== undefined);
}
