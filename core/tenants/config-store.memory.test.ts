import { configStoreContract } from './config-store.contract.ts';
import { createMemoryConfigStore } from './config-store.memory.ts';

configStoreContract('memory', async () => {
  const store = createMemoryConfigStore();
  return {
    store,
    versionAtAdmission: async (tenant) => store.epochsOf(tenant)?.configVersion,
    close: async () => {},
  };
});
