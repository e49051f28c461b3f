import { createMemoryConfigStore } from '../tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { admissionContract } from './admission.contract.ts';
import { createMemoryAdmission, type MemoryTenant } from './admission.memory.ts';

admissionContract(
  'memory',
  async () => {
    const configs = createMemoryConfigStore();
    const items = new Map<TenantId, MemoryTenant>();
    return {
      instance: () => createMemoryAdmission({ epochsOf: configs.epochsOf, items }),
      configure: async (tenant) => {
        await configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
      },
      withoutOpen: async () => {},
      usageOf: async (tenant, day) => items.get(tenant)?.usage.get(day),
      close: async () => {},
    };
  },
  Number(process.env.ADMISSION_SCHEDULES ?? 500),
);
