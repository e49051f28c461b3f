import { createMemoryConfigStore } from '../tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { admissionContract } from './admission.contract.ts';
import { createMemoryAdmission } from './admission.memory.ts';

admissionContract('memory', async () => {
  const configs = createMemoryConfigStore();
  const buckets = new Map();
  return {
    instance: () => createMemoryAdmission({ epochsOf: configs.epochsOf, buckets }),
    configure: async (tenant) => {
      await configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
    },
    close: async () => {},
  };
});
