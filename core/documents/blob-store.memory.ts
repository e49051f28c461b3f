import type { TenantId } from '../tenants/tenant-id.ts';
import { type Blob, type BlobStore, maxListedKeys } from './blob-store.ts';
import { ownKey } from './own-key.ts';

/** A bucket in memory. */
export function createMemoryBlobStore(): BlobStore {
  const objects = new Map<string, Blob>();
  const under = (tenant: TenantId, prefix: string) => {
    ownKey(tenant, prefix);
    return [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  };
  return {
    async put(tenant, key, bytes, about = {}) {
      objects.set(ownKey(tenant, key), {
        bytes: Uint8Array.from(bytes),
        ...(about.contentType !== undefined && { contentType: about.contentType }),
        metadata: { ...about.metadata },
      });
    },
    async get(tenant, key) {
      return objects.get(ownKey(tenant, key));
    },
    async list(tenant, prefix) {
      return under(tenant, prefix).slice(0, maxListedKeys);
    },
    async deletePrefix(tenant, prefix) {
      for (const key of under(tenant, prefix)) objects.delete(key);
    },
  };
}
