import { type Interval, intervalOf, microseconds, stateOf, waitUs } from './gcra.ts';
import type { BucketName, Decision, Limit } from './schema.ts';

/** Theoretical arrival times by bucket, in microseconds; a bucket that was never used is missing. */
export type Tats = { readonly [B in BucketName]?: number };

/** What the admission item says beside its buckets. */
export interface Epochs {
  readonly configVersion: number;
  readonly authEpoch: number;
}

/** A request's limits and its one reading of the clock, as whole microseconds. */
export interface Ask {
  readonly intervals: readonly Interval[];
  readonly nowUs: number;
}

/** @throws {RangeError} when there is no limit, a bucket is named twice, or a number cannot be counted exactly. */
export function askOf(limits: readonly Limit[], nowMs: number): Ask {
  if (limits.length === 0) throw new RangeError('admission needs at least one limit');
  if (new Set(limits.map((limit) => limit.bucket)).size !== limits.length) {
    throw new RangeError('a bucket is named twice');
  }
  return { intervals: limits.map(intervalOf), nowUs: microseconds(nowMs) };
}

/** The decision after the permits were taken; `tats` are the buckets' new arrival times. */
export function admittedAt(ask: Ask, tats: Tats, epochs: Epochs): Decision {
  return { admitted: true, buckets: statesAt(ask, tats), ...epochs };
}

/** The refusal that these arrival times prove, naming the bucket with the longest wait; `undefined` if they prove none. */
export function refusalAt(ask: Ask, tats: Tats, epochs: Epochs): Decision | undefined {
  let decidedBy: BucketName | undefined;
  let longestUs = 0;
  for (const interval of ask.intervals) {
    const us = waitUs(interval, tats[interval.bucket], ask.nowUs);
    if (us > longestUs) {
      longestUs = us;
      decidedBy = interval.bucket;
    }
  }
  if (decidedBy === undefined) return undefined;
  const retryAfterMs = Math.ceil(longestUs / 1_000);
  return { admitted: false, decidedBy, retryAfterMs, buckets: statesAt(ask, tats), ...epochs };
}

function statesAt(ask: Ask, tats: Tats) {
  return ask.intervals.map((interval) => stateOf(interval, tats[interval.bucket], ask.nowUs));
}
