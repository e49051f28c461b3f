import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAttemptBuckets } from './attempt-buckets.ts';

function open(capacity = 20, maxKeys = 100) {
  const clock = { ms: 1_790_000_000_123 };
  return {
    clock,
    buckets: createAttemptBuckets({ capacity, periodMs: 60_000, maxKeys, now: () => clock.ms }),
  };
}
const takeAll = (buckets: ReturnType<typeof open>['buckets'], key: string, times: number) =>
  Array.from({ length: times }, () => buckets.take(key)).filter(Boolean).length;

describe('buckets of attempts', () => {
  it('give a key 20 attempts at once, then one every three seconds', () => {
    const { clock, buckets } = open();
    expect(takeAll(buckets, 'a', 30)).toBe(20);
    expect(buckets.waitMs('a')).toBeCloseTo(3_000, 1);
    clock.ms += 2_999;
    expect(buckets.take('a')).toBe(false);
    clock.ms += 1;
    expect(buckets.waitMs('a')).toBe(0);
    expect(takeAll(buckets, 'a', 5)).toBe(1);
    clock.ms += 60_000;
    expect(takeAll(buckets, 'a', 30)).toBe(20);
  });

  it('keep keys apart', () => {
    const { buckets } = open();
    takeAll(buckets, 'a', 20);
    expect(buckets.waitMs('b')).toBe(0);
    expect(takeAll(buckets, 'b', 30)).toBe(20);
  });

  it('never give more than the capacity and what has come in since, whatever is asked when', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.array(fc.record({ passMs: fc.nat(20_000), takes: fc.nat(30) }), { maxLength: 40 }),
        (capacity, steps) => {
          const { clock, buckets } = open(capacity);
          let tokens = capacity;
          for (const { passMs, takes } of steps) {
            clock.ms += passMs;
            tokens = Math.min(capacity, tokens + (passMs * capacity) / 60_000);
            const taken = takeAll(buckets, 'a', takes);
            const due = Math.min(takes, tokens);
            // The hundredth of a token is the rounding that is allowed.
            expect(taken).toBeLessThanOrEqual(due + 0.01);
            expect(taken).toBeGreaterThan(due - 1.01);
            tokens = Math.max(0, tokens - taken);
          }
        },
      ),
    );
  });

  it('say truly how long to wait', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.nat(120), fc.nat(1_000), (capacity, takes, passMs) => {
        const { clock, buckets } = open(capacity);
        takeAll(buckets, 'a', takes);
        clock.ms += passMs;
        clock.ms += Math.ceil(buckets.waitMs('a'));
        expect(buckets.take('a')).toBe(true);
      }),
    );
  });

  it('put back what was taken, and not more', () => {
    const { buckets } = open();
    takeAll(buckets, 'a', 20);
    buckets.giveBack('a');
    expect(takeAll(buckets, 'a', 5)).toBe(1);
    for (let n = 0; n < 50; n++) buckets.giveBack('a');
    expect(buckets.size()).toBe(0);
    expect(takeAll(buckets, 'a', 30)).toBe(20);
  });

  it('remember a bounded number of keys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(25))), (attempts) => {
        const { buckets } = open(20, 16);
        for (const [key, times] of attempts) takeAll(buckets, `k${key}`, times);
        expect(buckets.size()).toBeLessThanOrEqual(16);
      }),
    );
  });

  it('do not forget a blocked key in a flood of new ones, each with less than half of its attempts', () => {
    const { clock, buckets } = open();
    takeAll(buckets, 'offender', 20);
    for (let n = 0; n < 10_000; n++) {
      takeAll(buckets, `new-${n}`, 1 + (n % 9));
      clock.ms += 0.1;
    }
    expect(takeAll(buckets, 'offender', 20)).toBe(0);
    expect(buckets.size()).toBeLessThanOrEqual(100);
  });

  it('forget one only for as many others as have used up half of theirs', () => {
    const { buckets } = open();
    takeAll(buckets, 'offender', 20);
    for (let n = 0; n < 49; n++) takeAll(buckets, `new-${n}`, 10);
    expect(buckets.waitMs('offender')).toBeGreaterThan(0);
    // That was a try of the offender's, which counts from here again.
    for (let n = 0; n < 49; n++) takeAll(buckets, `newer-${n}`, 10);
    expect(buckets.waitMs('offender')).toBeGreaterThan(0);
    for (let n = 0; n < 50; n++) takeAll(buckets, `newest-${n}`, 10);
    expect(buckets.waitMs('offender')).toBe(0);
  });

  it('make nobody wait longer than a period when the clock jumps back', () => {
    const { clock, buckets } = open();
    takeAll(buckets, 'a', 20);
    clock.ms -= 500_000;
    expect(buckets.waitMs('a')).toBeLessThanOrEqual(60_001);
    expect(buckets.take('a')).toBe(false);
    clock.ms += 500_000;
    expect(buckets.waitMs('a')).toBeLessThanOrEqual(3_001);
  });
});
