import { createMemoryConfigStore } from './config-store.memory.ts';
import { tenantListContract } from './tenant-list.contract.ts';
import { createMemoryTenantList } from './tenant-list.memory.ts';

tenantListContract('memory', async (now) => {
  const store = createMemoryConfigStore(now);
  return { store, list: createMemoryTenantList(store), close: async () => {} };
});
