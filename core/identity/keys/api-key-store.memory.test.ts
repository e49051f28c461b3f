import type { TenantId } from '../../tenants/tenant-id.ts';
import { apiKeyStoreContract } from './api-key-store.contract.ts';
import { createMemoryApiKeyStore } from './api-key-store.memory.ts';

apiKeyStoreContract('memory', async () => {
  const tenants = new Set<TenantId>();
  const store = createMemoryApiKeyStore((tenant) => tenants.has(tenant));
  return {
    instance: () => store,
    makeTenant: async (tenant) => {
      tenants.add(tenant);
    },
    authEpoch: async (tenant) => store.authEpochOf(tenant),
    close: async () => {},
  };
});
