import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalOf } from './gcra.ts';
import { type HeldBucket, hold, holdWaitUs, missingUs, spend } from './held-bucket.ts';

const START_US = 1_790_000_000_000_000;
const bucketOf = (capacity: number) => intervalOf({ bucket: 'tokens', capacity, periodMs: 60_000 });

/** What may happen to a bucket: time passes, somebody asks to hold, somebody settles one of what is held. */
const steps = fc.array(
  fc.record({
    waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
    hold: fc.integer({ min: 0, max: 400 }),
    settle: fc.option(fc.record({ which: fc.nat(), share: fc.double({ min: 0, max: 1, noNaN: true }) })),
  }),
  { minLength: 1, maxLength: 80 },
);

interface Spent {
  readonly us: number;
  readonly heldAtUs: number;
  readonly spentAtUs: number;
}

/** Runs the steps and says what was spent, and how the bucket stood after each step. */
function run(capacity: number, given: typeof steps extends fc.Arbitrary<infer T> ? T : never) {
  const interval = bucketOf(capacity);
  let bucket: HeldBucket = { heldUs: 0 };
  let nowUs = START_US;
  // Simulated with exact numbers: what was spent leaks, what is held stays.
  let leaking = 0;
  const held: { us: number; atUs: number }[] = [];
  const spent: Spent[] = [];
  for (const step of given) {
    nowUs += step.waitMs * 1_000;
    leaking = Math.max(0, leaking - step.waitMs * 1_000);
    const us = Math.min(step.hold, capacity) * interval.emissionUs;
    const heldNow = held.reduce((sum, each) => sum + each.us, 0);
    const fits = leaking + heldNow + us <= capacity * interval.emissionUs;
    expect(holdWaitUs(interval, bucket, us, nowUs) === 0).toBe(fits);
    if (fits) {
      bucket = hold(bucket, us);
      held.push({ us, atUs: nowUs });
    }
    const [settled] = step.settle ? held.splice(step.settle.which % Math.max(1, held.length), 1) : [];
    if (step.settle && settled) {
      const used = Math.floor(settled.us * step.settle.share);
      bucket = spend(bucket, settled.us, used, nowUs);
      leaking += used;
      spent.push({ us: used, heldAtUs: settled.atUs, spentAtUs: nowUs });
    }
    expect(missingUs(bucket, nowUs)).toBe(leaking + held.reduce((sum, each) => sum + each.us, 0));
  }
  return { interval, bucket, spent, nowUs, held };
}

describe('a bucket that is held from', () => {
  const capacities = fc.constantFrom(1, 7, 400, 1_000, 100_000);

  it('stands as one that is simulated step by step: nothing held too much, nothing refused without need', () => {
    fc.assert(fc.property(capacities, steps, (capacity, given) => void run(capacity, given)));
  });

  it.each(['heldAtUs', 'spentAtUs'] as const)(
    'lets at most capacity + refill x time be spent in any time, counted by %s',
    (moment) => {
      fc.assert(
        fc.property(capacities, steps, (capacity, given) => {
          const { interval, spent } = run(capacity, given);
          const most = capacity * interval.emissionUs;
          for (const first of spent) {
            for (const last of spent) {
              const [from, to] = [first[moment], last[moment]];
              const within = spent.filter((each) => each[moment] >= from && each[moment] <= to);
              const sum = within.reduce((total, each) => total + each.us, 0);
              if (to >= from) expect(sum).toBeLessThanOrEqual(most + (to - from));
            }
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it('is full again when all is settled and what was spent has drained', () => {
    fc.assert(
      fc.property(capacities, steps, (capacity, given) => {
        const { interval, held, nowUs, bucket: before } = run(capacity, given);
        const bucket = held.reduce((now, { us }) => spend(now, us, 0, nowUs), before);
        const full = capacity * interval.emissionUs;
        expect(holdWaitUs(interval, bucket, full, nowUs + full)).toBe(0);
        expect(bucket.heldUs).toBe(0);
      }),
    );
  });

  it('never moves its arrival time back', () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(1e9), fc.nat(1e9), (tat, held, used, now) => {
        const bucket = { tatUs: START_US + tat, heldUs: held };
        expect(spend(bucket, held, used, START_US + now).tatUs).toBeGreaterThanOrEqual(bucket.tatUs);
      }),
    );
  });
});
