import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import { indexStoreContract } from './index-store.contract.ts';
import { createMemoryIndexStore } from './index-store.memory.ts';
import type { LedgerState } from './index-store-harness.ts';
import type { Manifest } from './manifest.ts';

indexStoreContract(async () => {
  const ledger = new Map<string, LedgerState & { chunks?: number }>();
  const at = (tenant: TenantId, id: string) => `${tenant}/${id}`;
  const manifests = new Map<TenantId, Manifest>();
  let tenants = 0;
  return {
    store: createMemoryIndexStore({
      manifests,
      ledger: {
        groupsOf(tenant, documentId) {
          const document = ledger.get(at(tenant, documentId));
          return document && (document.groups ?? []);
        },
        markReady(tenant, documentId, version, chunks) {
          const document = ledger.get(at(tenant, documentId));
          if (!document || document.version !== version || document.deleting) return false;
          const { reason: _, ...rest } = document;
          ledger.set(at(tenant, documentId), { ...rest, state: 'ready', chunks });
          return true;
        },
        setGroups(tenant, documentId, groups) {
          const document = ledger.get(at(tenant, documentId));
          if (!document || document.deleting) return false;
          const { groups: _, ...rest } = document;
          ledger.set(at(tenant, documentId), { ...rest, ...(groups.length > 0 && { groups }) });
          return true;
        },
      },
    }),
    async savePointer(tenant) {
      const saved = manifests.get(tenant);
      return async () => void (saved ? manifests.set(tenant, saved) : manifests.delete(tenant));
    },
    newTenant: () => vouchForTenant(`t${++tenants}`),
    putDocument: async (tenant, document) => void ledger.set(at(tenant, document.document_id), document),
    getDocument: async (tenant, id) => ledger.get(at(tenant, id)) as Record<string, unknown> | undefined,
  };
});
