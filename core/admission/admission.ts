import type { TenantId } from '../tenants/tenant-id.ts';
import type { Decision, Limit } from './schema.ts';

/** Takes one permit from every bucket of a tenant, or none. Adapters: `admission.dynamo.ts`, `admission.memory.ts`. */
export interface Admission {
  /**
   * @param nowMs the caller's clock; every decision of one request uses one reading.
   * @throws {AdmissionUnsure} when it cannot be told whether the permit was taken, or the store took no writes for too
   *   long: the request is not admitted and not refused, the answer is 503.
   * @throws {UnknownTenant} when the tenant has no admission item.
   */
  admit(tenant: TenantId, limits: readonly Limit[], nowMs: number): Promise<Decision>;
}

export class AdmissionUnsure extends Error {
  override readonly name = 'AdmissionUnsure';
}

export class UnknownTenant extends Error {
  override readonly name = 'UnknownTenant';
}
