import type { TenantId } from '../tenants/tenant-id.ts';
import type { DayUsage } from './admission.memory.ts';
import type { Admission, Settlement } from './admission.ts';

/** A store on which the suites of admission run. */
export interface AdmissionStore {
  /** Another instance on the same store, as another process would have. */
  instance(): Admission & Settlement;
  /** Writes the tenant's configuration once more: version 1, then 2, … */
  configure(tenant: TenantId): Promise<void>;
  /** Makes the tenant's item one from before there were reservations. */
  withoutOpen(tenant: TenantId): Promise<void>;
  usageOf(tenant: TenantId, day: string): Promise<DayUsage | undefined>;
  close(): Promise<void>;
}
