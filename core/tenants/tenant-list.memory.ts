import type { MemoryConfigStore } from './config-store.memory.ts';
import { decodeTenantCursor, encodeTenantCursor } from './tenant-cursor.ts';
import type { TenantList } from './tenant-list.ts';

/** The tenants of a memory store: for tests and tools. */
export function createMemoryTenantList(configs: Pick<MemoryConfigStore, 'listed'>): TenantList {
  return {
    async list(limit, cursor) {
      const after = cursor === undefined ? '' : decodeTenantCursor(cursor);
      const left = configs
        .listed()
        .filter(({ tenantId }) => tenantId > after)
        .sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1));
      const tenants = left.slice(0, limit);
      const last = tenants.at(-1);
      return { tenants, ...(last && left.length > limit && { cursor: encodeTenantCursor(last.tenantId) }) };
    },
  };
}
