import { type Interval, safe } from './gcra.ts';

/**
 * A bucket whose permits are held before they are spent: nobody knows at first how many a request will need. What is
 * held counts as taken and does not drain; what was spent drains from the moment at which it was told. So giving back is exact
 * in whatever order reservations are settled: what was held goes, what was spent comes, and nothing has to be known of
 * the others.
 *
 * `owed + held <= capacity` holds after every hold, so what is spent in any time is at most capacity + refill x time,
 * as long as nobody spends more than was held.
 */
export interface HeldBucket {
  /** The theoretical arrival time of what was spent, epoch microseconds; missing before anything was. */
  readonly tatUs?: number;
  /** What is held, in microseconds of refill. */
  readonly heldUs: number;
}

/** All that is missing from the bucket at `nowUs`, spent and held, in microseconds of refill. */
export function missingUs(bucket: HeldBucket, nowUs: number): number {
  return Math.max(0, (bucket.tatUs ?? nowUs) - nowUs) + bucket.heldUs;
}

/**
 * Microseconds until `holdUs` more can be held, 0 when they can be now. While something is held it is an estimate, as if
 * that were spent now and wholly: less makes the wait shorter, later makes it longer.
 */
export function holdWaitUs(interval: Interval, bucket: HeldBucket, holdUs: number, nowUs: number): number {
  const capacityUs = interval.capacity * interval.emissionUs;
  return Math.max(0, missingUs(bucket, nowUs) + holdUs - capacityUs);
}

/** The bucket after `holdUs` more are held. */
export function hold(bucket: HeldBucket, holdUs: number): HeldBucket {
  return { ...bucket, heldUs: safe(bucket.heldUs + holdUs, 'what is held') };
}

/** The bucket after `spentUs` take the place of `heldUs` that were held. */
export function spend(bucket: HeldBucket, heldUs: number, spentUs: number, nowUs: number): HeldBucket {
  return {
    tatUs: safe(Math.max(bucket.tatUs ?? nowUs, nowUs) + spentUs, 'the TAT'),
    heldUs: bucket.heldUs - heldUs,
  };
}
