import { fromStoredDocument, toStoredDocument } from './config-document.ts';
import type { ConfigStore } from './config-store.ts';
import type { StoredConfig } from './schema.ts';
import type { TenantId } from './tenant-id.ts';
import type { ListedTenant } from './tenant-list.ts';

export interface MemoryConfigStore extends ConfigStore {
  /** What admission says of a tenant; `undefined` when there is no such tenant. */
  epochsOf(tenant: TenantId): { readonly configVersion: number; readonly authEpoch: number } | undefined;
  /** Every tenant that there is, in no order. */
  listed(): ListedTenant[];
}

/** Configurations within one process: for tests and tools. */
export function createMemoryConfigStore(now: () => Date = () => new Date()): MemoryConfigStore {
  const stored = new Map<TenantId, StoredConfig & { readonly createdAt: string }>();
  return {
    async get(tenant) {
      const found = stored.get(tenant);
      return (
        found && { config: fromStoredDocument(tenant, structuredClone(found.config)), version: found.version }
      );
    },
    async put(tenant, config, mayCreate) {
      const document = toStoredDocument(tenant, config);
      const found = stored.get(tenant);
      if (!found && !mayCreate) return undefined;
      const next = { config: document, version: (found?.version ?? 0) + 1 };
      stored.set(tenant, { ...next, createdAt: found?.createdAt ?? now().toISOString() });
      return structuredClone(next);
    },
    epochsOf(tenant) {
      const found = stored.get(tenant);
      return found && { configVersion: found.version, authEpoch: 0 };
    },
    listed: () =>
      [...stored].map(([tenantId, { createdAt, version }]) => ({
        tenantId,
        createdAt,
        configVersion: version,
      })),
  };
}
