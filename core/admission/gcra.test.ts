import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalOf, microseconds, stateOf, take, waitUs } from './gcra.ts';
import type { Limit } from './schema.ts';

const START_MS = 1_790_000_000_000;
const limit = (capacity: number, periodMs = 60_000): Limit => ({ bucket: 'minute', capacity, periodMs });
const capacities = fc.constantFrom(1, 7, 60, 1_000_000);
/** Gaps between requests, from bursts to long pauses. */
const gapsMs = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 90_000 })),
  {
    minLength: 1,
    maxLength: 300,
  },
);

/** A token bucket as it is usually written, with exact fractions: the meaning that GCRA must have. */
function tokenBucket(capacity: number, emissionUs: number) {
  let owed = 0n;
  let last: bigint | undefined;
  return (nowUs: number): boolean => {
    const now = BigInt(nowUs);
    owed = last === undefined || owed < now - last ? 0n : owed - (now - last);
    last = now;
    if (owed + BigInt(emissionUs) > BigInt(capacity) * BigInt(emissionUs)) return false;
    owed += BigInt(emissionUs);
    return true;
  };
}

/** Runs requests through one bucket and says when each was admitted. */
function run(capacity: number, gaps: readonly number[], startTat?: number) {
  const interval = intervalOf(limit(capacity));
  let tat = startTat;
  let nowMs = START_MS;
  return gaps.map((gap) => {
    nowMs += gap;
    const before = tat;
    const step = take(interval, tat, microseconds(nowMs));
    if (step.admitted) tat = step.tatUs;
    return { nowUs: microseconds(nowMs), admitted: step.admitted, before, after: tat };
  });
}

describe('a bucket', () => {
  it('admits at most capacity + refill x elapsed over any window', () => {
    fc.assert(
      fc.property(capacities, gapsMs, (capacity, gaps) => {
        const { emissionUs } = intervalOf(limit(capacity));
        const admitted = run(capacity, gaps).filter((request) => request.admitted);
        for (let first = 0; first < admitted.length; first++) {
          for (let last = first; last < admitted.length; last++) {
            const elapsedUs = (admitted[last]?.nowUs ?? 0) - (admitted[first]?.nowUs ?? 0);
            expect(last - first + 1).toBeLessThanOrEqual(capacity + Math.floor(elapsedUs / emissionUs));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('decides as a token bucket with exact fractions does: no needless refusal, no permit too many', () => {
    fc.assert(
      fc.property(capacities, gapsMs, (capacity, gaps) => {
        const reference = tokenBucket(capacity, intervalOf(limit(capacity)).emissionUs);
        for (const request of run(capacity, gaps)) expect(request.admitted).toBe(reference(request.nowUs));
      }),
    );
  });

  it('never moves its arrival time back, and a refusal leaves it alone', () => {
    fc.assert(
      fc.property(capacities, gapsMs, (capacity, gaps) => {
        for (const { admitted, before, after } of run(capacity, gaps)) {
          if (admitted) expect(after).toBeGreaterThan(before ?? 0);
          else expect(after).toBe(before);
        }
      }),
    );
  });

  it('admits after exactly the wait that it names, and not a microsecond earlier', () => {
    fc.assert(
      fc.property(capacities, fc.integer({ min: 1, max: 200_000_000 }), (capacity, aheadUs) => {
        const interval = intervalOf(limit(capacity));
        const now = microseconds(START_MS);
        const wait = waitUs(interval, now + aheadUs, now);
        expect(take(interval, now + aheadUs, now + wait).admitted).toBe(true);
        if (wait > 0) expect(take(interval, now + aheadUs, now + wait - 1).admitted).toBe(false);
      }),
    );
  });

  it('holds exactly as many permits as it says remain', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 7, 60), fc.integer({ min: 0, max: 70_000_000 }), (capacity, aheadUs) => {
        const interval = intervalOf(limit(capacity));
        const now = microseconds(START_MS);
        let tat = now + aheadUs;
        let taken = 0;
        for (let step = take(interval, tat, now); step.admitted; step = take(interval, tat, now)) {
          tat = step.tatUs;
          taken++;
        }
        expect(stateOf(interval, now + aheadUs, now).remaining).toBe(taken);
      }),
    );
  });

  it('keeps its promise from the moment at which its limit changes', () => {
    fc.assert(
      fc.property(capacities, capacities, gapsMs, (before, after, gaps) => {
        const old = run(before, Array(70).fill(0)).at(-1)?.after;
        const { emissionUs } = intervalOf(limit(after));
        const admitted = run(after, gaps, old).filter((request) => request.admitted);
        const elapsedUs = (admitted.at(-1)?.nowUs ?? 0) - (admitted[0]?.nowUs ?? 0);
        expect(admitted.length).toBeLessThanOrEqual(after + Math.floor(elapsedUs / emissionUs));
      }),
    );
  });

  it('is full again one period after it was emptied, whatever its limit was then and is now', () => {
    fc.assert(
      fc.property(capacities, capacities, (before, after) => {
        const old = intervalOf(limit(before));
        const now = microseconds(START_MS);
        const emptied = now + old.emissionUs * before;
        // Rounding the interval up costs at most a microsecond a permit.
        const later = now + 60_000_000 + before;
        expect(stateOf(intervalOf(limit(after)), emptied, later)).toMatchObject({
          remaining: after,
          fullInMs: 0,
        });
      }),
    );
  });

  it.each([1, 7, 60, 1_000_000])('of capacity %i admits exactly that many at once', (capacity) => {
    const interval = intervalOf(limit(capacity));
    const now = microseconds(START_MS);
    let tat: number | undefined;
    for (let n = 0; n < capacity; n++) {
      const step = take(interval, tat, now);
      if (!step.admitted) throw new Error(`refused after ${n}`);
      tat = step.tatUs;
    }
    expect(take(interval, tat, now).admitted).toBe(false);
    expect(Math.abs(waitUs(interval, tat, now) - 60_000_000 / capacity)).toBeLessThan(1);
  });

  it('with a refill of its own decides as a token bucket of that capacity and that refill does', () => {
    fc.assert(
      fc.property(capacities, fc.constantFrom(1, 6, 60, 90_000), gapsMs, (capacity, refill, gaps) => {
        const interval = intervalOf({ ...limit(capacity), refill });
        expect(interval.emissionUs).toBe(Math.ceil(60_000_000 / refill));
        const reference = tokenBucket(capacity, interval.emissionUs);
        let [tat, nowMs, admitted]: [number | undefined, number, number] = [undefined, START_MS, 0];
        for (const gap of gaps) {
          nowMs += gap;
          const step = take(interval, tat, microseconds(nowMs));
          expect(step.admitted).toBe(reference(microseconds(nowMs)));
          if (!step.admitted) continue;
          tat = step.tatUs;
          const elapsedUs = microseconds(nowMs - START_MS);
          expect(++admitted).toBeLessThanOrEqual(capacity + Math.floor(elapsedUs / interval.emissionUs));
        }
      }),
    );
  });

  it('refuses numbers that cannot be counted exactly', () => {
    expect(() => intervalOf({ ...limit(60), refill: 0 })).toThrow(RangeError);
    expect(() => intervalOf({ ...limit(60), refill: 0.5 })).toThrow(RangeError);
    expect(() => intervalOf(limit(0))).toThrow(RangeError);
    expect(() => intervalOf(limit(1.5))).toThrow(RangeError);
    expect(() => intervalOf(limit(60, 0))).toThrow(RangeError);
    expect(() => intervalOf(limit(Number.MAX_SAFE_INTEGER))).toThrow(RangeError);
    expect(() => microseconds(Number.NaN)).toThrow(RangeError);
    expect(() => microseconds(1e16)).toThrow(RangeError);
  });
});
