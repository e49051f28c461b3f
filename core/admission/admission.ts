import type { TenantId } from '../tenants/tenant-id.ts';
import type { Budgets, Decision, Limit, Reservation, Used, Wish } from './schema.ts';

/** Takes one permit from every bucket of a tenant, or none. Adapters: `admission.dynamo.ts`, `admission.memory.ts`. */
export interface Admission {
  /**
   * @param nowMs the caller's clock; every decision of one request uses one reading.
   * @param configVersion of the configuration that the limits are from: where there is a newer one, it says so and takes
   *   nothing. Absent: whatever the version.
   * @throws {AdmissionUnsure} when it cannot be told whether the permit was taken, or the store took no writes for too
   *   long: the request is not admitted and not refused, the answer is 503.
   * @throws {UnknownTenant} when the tenant has no admission item.
   */
  admit(
    tenant: TenantId,
    limits: readonly Limit[],
    nowMs: number,
    budget?: { readonly budgets: Budgets; readonly wish: Wish },
    configVersion?: number,
  ): Promise<Decision>;
}

/** The other end of admissions with a budget. */
export interface Settlement {
  /**
   * Puts what was used in the place of what was reserved, and adds it to the tenant's usage of the day; both or neither,
   * once: `already` when it was settled before, or returned by the sweep.
   *
   * @throws {AdmissionUnsure} when the store took no writes for too long. Nothing is lost: the sweep returns it.
   */
  settle(
    tenant: TenantId,
    reservation: Reservation,
    used: Used,
    nowMs: number,
  ): Promise<'settled' | 'already'>;
  /** What is reserved at the moment; none for a tenant that there is not. */
  open(tenant: TenantId): Promise<readonly Reservation[]>;
}

export class AdmissionUnsure extends Error {
  override readonly name = 'AdmissionUnsure';
}

export class UnknownTenant extends Error {
  override readonly name = 'UnknownTenant';
}
