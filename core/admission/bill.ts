import type { Standing } from './decide.ts';
import { microseconds, safe } from './gcra.ts';
import { spend } from './held-bucket.ts';
import type { Reservation, Used } from './schema.ts';

/** What settling changes: in the limits, and in the usage of the reservation's day. */
export interface Bill {
  readonly id: string;
  readonly nowUs: number;
  /** The tokens in microseconds of refill; missing where they were not limited. */
  readonly tokens?: { readonly heldUs: number; readonly spentUs: number };
  readonly day: string;
  /** What was used less what was reserved, in millionths of a US dollar. */
  readonly costDifference: number;
  readonly used: Used;
}

/** @throws {RangeError} when something used is negative or cannot be counted exactly. */
export function billOf(reservation: Reservation, used: Used, nowMs: number): Bill {
  for (const [name, count] of Object.entries(used)) {
    if (safe(count, name) < 0) throw new RangeError(`${name} must not be negative: ${count}`);
  }
  const { id, tokens, tokenUs, day, costMicroUsd } = reservation;
  const spentUs = safe((used.promptTokens + used.completionTokens) * tokenUs, 'what was spent');
  return {
    id,
    nowUs: microseconds(nowMs),
    ...(tokenUs > 0 && { tokens: { heldUs: tokens * tokenUs, spentUs } }),
    day,
    costDifference: used.costMicroUsd - costMicroUsd,
    used,
  };
}

/** How the limits stand after a bill was settled. */
export function standingSettled(standing: Standing, bill: Bill): Standing {
  const { tokens, cost } = standing;
  const open = new Set(standing.open);
  open.delete(bill.id);
  return {
    ...standing,
    open,
    ...(bill.tokens && { tokens: spend(tokens, bill.tokens.heldUs, bill.tokens.spentUs, bill.nowUs) }),
    ...(cost?.day === bill.day && {
      cost: { day: cost.day, microUsd: safe(cost.microUsd + bill.costDifference, 'the cost') },
    }),
  };
}
