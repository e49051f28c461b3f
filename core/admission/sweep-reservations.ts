import type { TenantId } from '../tenants/tenant-id.ts';
import type { Settlement } from './admission.ts';

/**
 * How old a reservation is when nobody can still be at work for it: longer than any request may take and be settled
 * afterwards.
 */
export const orphanedAfterMs = 10 * 60_000;

export interface ReservationSweep {
  /** Tenants that were looked at. */
  tenants: number;
  /** Reservations that were given back. */
  returned: number;
  /** Those that somebody settled while the sweep was under way. */
  already: number;
}

/**
 * Gives back what is reserved for requests that ended without being settled: their process was killed, or the store took
 * no writes for too long. Nothing is charged for them, since nobody knows what they used.
 *
 * @param deps.tenants all that there are, in groups; those of a group are looked at at the same time.
 * @throws {AggregateError} at the end, when something could not be looked after; everything else was, and the next sweep
 *   tries again. Tenants that could not be listed are the rest of them.
 */
export async function sweepReservations(deps: {
  readonly tenants: AsyncIterable<readonly TenantId[]>;
  readonly settlement: Settlement;
  /** Epoch milliseconds. */
  readonly now: () => number;
}): Promise<ReservationSweep> {
  const { settlement, now } = deps;
  const swept: ReservationSweep = { tenants: 0, returned: 0, already: 0 };
  const nothing = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };

  /** One after the other: all are in one item, and writes to one item at the same time hold each other up. */
  const sweepOne = async (tenant: TenantId): Promise<void> => {
    const open = await settlement.open(tenant);
    for (const reservation of open.filter(({ atMs }) => now() - atMs > orphanedAfterMs)) {
      const outcome = await settlement.settle(tenant, reservation, nothing, now());
      swept[outcome === 'settled' ? 'returned' : 'already']++;
    }
    swept.tenants++;
  };

  const errors: unknown[] = [];
  try {
    for await (const group of deps.tenants) {
      for (const outcome of await Promise.allSettled(group.map(sweepOne))) {
        if (outcome.status === 'rejected') errors.push(outcome.reason);
      }
    }
  } catch (error) {
    errors.push(error);
  }
  if (errors.length > 0) {
    const words = `reservations were not all looked after (${JSON.stringify(swept)}), errors: ${errors.length}`;
    throw new AggregateError(errors, words);
  }
  return swept;
}
