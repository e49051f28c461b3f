import type { TenantId } from '../tenants/tenant-id.ts';
import { type Admission, UnknownTenant } from './admission.ts';
import { admittedAt, askOf, type Epochs, refusalAt, type Tats } from './decide.ts';
import { take } from './gcra.ts';

export interface MemoryAdmissionOptions {
  /** What holds for a tenant now; `undefined` when there is no such tenant. */
  readonly epochsOf: (tenant: TenantId) => Epochs | undefined;
  /** The buckets; instances that share them act as processes that share a table. */
  readonly buckets?: Map<TenantId, Tats>;
}

/** Admission within one process: for tests and tools. A JavaScript turn is its transaction. */
export function createMemoryAdmission({ epochsOf, buckets = new Map() }: MemoryAdmissionOptions): Admission {
  return {
    async admit(tenant, limits, nowMs) {
      const ask = askOf(limits, nowMs);
      const epochs = epochsOf(tenant);
      if (!epochs) throw new UnknownTenant(`tenant ${tenant} has no buckets`);
      const tats = buckets.get(tenant) ?? {};
      const refusal = refusalAt(ask, tats, epochs);
      if (refusal) return refusal;
      const next: Record<string, number> = { ...tats };
      for (const interval of ask.intervals) {
        const step = take(interval, tats[interval.bucket], ask.nowUs);
        if (step.admitted) next[interval.bucket] = step.tatUs;
      }
      buckets.set(tenant, next);
      return admittedAt(ask, next, epochs);
    },
  };
}
