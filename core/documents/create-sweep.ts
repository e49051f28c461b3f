import type { TenantId } from '../tenants/tenant-id.ts';
import type { AttemptRef } from './document.ts';
import type { IngestDeps } from './ingest/attempt.ts';
import { type Revival, reviveAttempt, type StartAttempt } from './revive-attempt.ts';

/** An attempt whose work ended in another way than by success. */
export interface EndedAttempt {
  /** Names this run of the work, the same in every listing. */
  readonly key: string;
  readonly tenant: TenantId;
  readonly ref: AttemptRef;
}

/** Lists recently ended attempts in small groups, without those whose key is `known`. */
export type ListEnded = (known: (key: string) => boolean) => AsyncIterable<readonly EndedAttempt[]>;

/** Ended attempts that need no second look, remembered by a process between its sweeps. */
const maxRemembered = 5_000;

export type SweepResult = Record<Revival, number>;

/**
 * Looks after ingestions that ended without telling the ledger: stopped by somebody, out of time, or failed with the
 * task that records failures. Each gets its next attempt, or its end as failed.
 *
 * @returns the sweep. It throws an AggregateError when some could not be looked after; the others were, and the next
 *   sweep tries again.
 */
export function createSweep(
  deps: IngestDeps & { readonly start: StartAttempt; readonly listEnded: ListEnded },
): () => Promise<SweepResult> {
  const settled = new Set<string>();

  const settle = async ({ key, tenant, ref }: EndedAttempt): Promise<Revival> => {
    const outcome = await reviveAttempt(deps, tenant, ref);
    settled.add(key);
    const oldest = settled.size > maxRemembered ? settled.values().next().value : undefined;
    if (oldest !== undefined) settled.delete(oldest);
    return outcome;
  };

  return async () => {
    const result: SweepResult = { restarted: 0, failed: 0, over: 0 };
    const errors: unknown[] = [];
    for await (const group of deps.listEnded((key) => settled.has(key))) {
      for (const outcome of await Promise.allSettled(group.map(settle))) {
        if (outcome.status === 'fulfilled') result[outcome.value]++;
        else errors.push(outcome.reason);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, `${errors.length} ingestions were not restarted`);
    return result;
  };
}
