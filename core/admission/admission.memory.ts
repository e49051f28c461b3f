import type { TenantId } from '../tenants/tenant-id.ts';
import { type Admission, AdmissionUnsure, type Settlement, UnknownTenant } from './admission.ts';
import { billOf, standingSettled } from './bill.ts';
import {
  admittedAt,
  askOf,
  type Epochs,
  outdatedAt,
  refusalAt,
  type Standing,
  standingAfter,
} from './decide.ts';
import type { Reservation } from './schema.ts';

/** What a tenant's settled requests of a UTC day came to. */
export interface DayUsage {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicroUsd: number;
}

/** What the table holds of a tenant's admission. */
export interface MemoryTenant {
  readonly standing: Standing;
  readonly reservations: ReadonlyMap<string, Reservation>;
  /** By UTC day. */
  readonly usage: ReadonlyMap<string, DayUsage>;
}

export interface MemoryAdmissionOptions {
  /** What holds for a tenant now; `undefined` when there is no such tenant. */
  readonly epochsOf: (tenant: TenantId) => Epochs | undefined;
  /** The tenants' items; instances that share them act as processes that share a table. */
  readonly items?: Map<TenantId, MemoryTenant>;
}

const untouched: MemoryTenant = {
  standing: { tats: {}, tokens: { heldUs: 0 } },
  reservations: new Map(),
  usage: new Map(),
};
const unused: DayUsage = { requests: 0, promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };

/** Admission and settlement within one process: for tests and tools. A JavaScript turn is its transaction. */
export function createMemoryAdmission(options: MemoryAdmissionOptions): Admission & Settlement {
  const { epochsOf, items = new Map<TenantId, MemoryTenant>() } = options;
  return {
    async admit(tenant, limits, nowMs, budget, configVersion) {
      const ask = askOf(limits, nowMs, budget, configVersion);
      const epochs = epochsOf(tenant);
      if (!epochs) throw new UnknownTenant(`tenant ${tenant} has no admission item`);
      const outdated = outdatedAt(ask, epochs);
      if (outdated) return outdated;
      const item = items.get(tenant) ?? untouched;
      if (ask.hold && item.reservations.has(ask.hold.id)) {
        throw new AdmissionUnsure(`a request of tenant ${tenant} is reserved under this name already`);
      }
      const refusal = refusalAt(ask, item.standing, epochs);
      if (refusal) return refusal;
      const standing = standingAfter(ask, item.standing);
      const decision = admittedAt(ask, standing, epochs);
      const reserved = decision.admitted ? decision.reservation : undefined;
      const reservations = reserved
        ? new Map(item.reservations).set(reserved.id, reserved)
        : item.reservations;
      items.set(tenant, { ...item, standing, reservations });
      return decision;
    },

    async settle(tenant, reservation, used, nowMs) {
      const bill = billOf(reservation, used, nowMs);
      const item = items.get(tenant);
      if (!item?.reservations.has(bill.id)) return 'already';
      const reservations = new Map(item.reservations);
      reservations.delete(bill.id);
      const before = item.usage.get(bill.day) ?? unused;
      const usage = new Map(item.usage).set(bill.day, {
        requests: before.requests + 1,
        promptTokens: before.promptTokens + used.promptTokens,
        completionTokens: before.completionTokens + used.completionTokens,
        costMicroUsd: before.costMicroUsd + used.costMicroUsd,
      });
      items.set(tenant, { standing: standingSettled(item.standing, bill), reservations, usage });
      return 'settled';
    },

    async open(tenant) {
      return [...(items.get(tenant)?.reservations.values() ?? [])];
    },
  };
}
