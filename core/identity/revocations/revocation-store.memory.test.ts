import type { TenantId } from '../../tenants/tenant-id.ts';
import { revocationStoreContract } from './revocation-store.contract.ts';
import { createMemoryRevocationStore } from './revocation-store.memory.ts';

revocationStoreContract('memory', async (maxTokens) => {
  const tenants = new Set<TenantId>();
  const store = createMemoryRevocationStore((tenant) => tenants.has(tenant), maxTokens);
  return {
    instance: () => store,
    makeTenant: async (tenant) => {
      tenants.add(tenant);
    },
    authEpoch: async (tenant) => store.authEpochOf(tenant),
    close: async () => {},
  };
});
