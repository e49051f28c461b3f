import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import { indexStoreContract, type LedgerState } from './index-store.contract.ts';
import { createMemoryIndexStore } from './index-store.memory.ts';

indexStoreContract(async () => {
  const ledger = new Map<string, LedgerState & { chunks?: number }>();
  const at = (tenant: TenantId, id: string) => `${tenant}/${id}`;
  let tenants = 0;
  return {
    store: createMemoryIndexStore({
      markReady(tenant, documentId, version, chunks) {
        const document = ledger.get(at(tenant, documentId));
        if (!document || document.version !== version || document.deleting) return false;
        const { reason: _, ...rest } = document;
        ledger.set(at(tenant, documentId), { ...rest, state: 'ready', chunks });
        return true;
      },
    }),
    newTenant: () => vouchForTenant(`t${++tenants}`),
    putDocument: async (tenant, document) => void ledger.set(at(tenant, document.document_id), document),
    getDocument: async (tenant, id) => ledger.get(at(tenant, id)) as Record<string, unknown> | undefined,
  };
});
