import type { BucketName, BucketState, Limit } from './schema.ts';

/**
 * A limit as whole microseconds. A bucket's state is one number, its theoretical arrival time (TAT): the moment at
 * which it is full again. This is the generic cell rate algorithm in its virtual-scheduling form (ITU-T I.371,
 * annex A), which admits exactly what a token bucket of `capacity` tokens, refilled evenly, admits. How fast it refills
 * is in the emission, how much it holds in the tolerance.
 */
export interface Interval {
  readonly bucket: BucketName;
  readonly capacity: number;
  /** In which an empty bucket fills. */
  readonly periodMs: number;
  /** Time in which one permit comes back, by the refill. Rounded up, so a bucket never refills faster than its limit says. */
  readonly emissionUs: number;
  /** How far the TAT may lie ahead of the clock for one more permit: `(capacity - 1) * emissionUs`. */
  readonly toleranceUs: number;
}

/** A refusal, or the TAT after one permit was taken. */
export type Step = { readonly admitted: true; readonly tatUs: number } | { readonly admitted: false };

const MICROSECONDS = 1_000;
/** Thirty years: added to any clock of this century it is still counted exactly. */
const MAX_REFILL_US = 1e15;

/** @returns the value itself. @throws {RangeError} when it is no whole number that is counted exactly. */
export function safe(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${what} is not a safe integer: ${value}`);
  return value;
}

/** @throws {RangeError} when the clock's reading does not fit whole microseconds. */
export function microseconds(nowMs: number): number {
  return safe(Math.round(nowMs * MICROSECONDS), 'the time in microseconds');
}

/** @throws {RangeError} when capacity, refill or period are not positive integers, or too large to be counted exactly. */
export function intervalOf(limit: Limit): Interval {
  const { bucket, capacity, periodMs, refill = capacity } = limit;
  if (safe(capacity, 'capacity') < 1) throw new RangeError(`capacity must be at least 1: ${capacity}`);
  if (safe(refill, 'refill') < 1) throw new RangeError(`refill must be at least 1: ${refill}`);
  if (safe(periodMs, 'periodMs') < 1) throw new RangeError(`periodMs must be at least 1: ${periodMs}`);
  const emissionUs = Math.ceil(safe(periodMs * MICROSECONDS, 'the period in microseconds') / refill);
  if (capacity * emissionUs > MAX_REFILL_US) throw new RangeError(`capacity is too large: ${capacity}`);
  // In that time the whole capacity comes back: what a client reads as the window of the quota.
  const windowMs = Math.ceil((periodMs * capacity) / refill);
  return { bucket, capacity, periodMs: windowMs, emissionUs, toleranceUs: (capacity - 1) * emissionUs };
}

/** Takes one permit at `nowUs`, if there is one. A bucket that was never used has TAT `undefined` and is full. */
export function take(interval: Interval, tatUs: number | undefined, nowUs: number): Step {
  if (waitUs(interval, tatUs, nowUs) > 0) return { admitted: false };
  return { admitted: true, tatUs: safe(Math.max(tatUs ?? nowUs, nowUs) + interval.emissionUs, 'the TAT') };
}

/** Microseconds until the bucket has a permit; 0 when it has one now. */
export function waitUs(interval: Interval, tatUs: number | undefined, nowUs: number): number {
  return Math.max(0, (tatUs ?? nowUs) - nowUs - interval.toleranceUs);
}

/** How a bucket stands at `nowUs`: whole permits that are left, and milliseconds (rounded up) until it is full. */
export function stateOf(interval: Interval, tatUs: number | undefined, nowUs: number): BucketState {
  const { bucket, capacity, periodMs, emissionUs, toleranceUs } = interval;
  const owedUs = Math.max(0, (tatUs ?? nowUs) - nowUs);
  const remaining = Math.max(0, Math.floor((toleranceUs + emissionUs - owedUs) / emissionUs));
  return { bucket, capacity, periodMs, remaining, fullInMs: Math.ceil(owedUs / MICROSECONDS) };
}
