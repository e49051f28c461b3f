import { describe, expect, it } from 'vitest';
import { createHeavyWork, heavySliceMs } from './heavy-work.ts';

/** A process by a clock of its own; others have something to do for so much of each rest. */
function process({ othersWork }: { readonly othersWork: number }) {
  const clock = { nowMs: 0, busyMs: 0, restedMs: 0, rests: 0 };
  const heavy = createHeavyWork({
    now: () => clock.nowMs,
    busyMs: () => clock.busyMs,
    sleep: async (ms) => {
      clock.nowMs += ms;
      clock.restedMs += ms;
      clock.busyMs += ms * othersWork;
      clock.rests += 1;
      await new Promise(setImmediate);
    },
  });
  const done: string[] = [];
  /** Work of so many slices. */
  const work = (
    owner: { name: string },
    slices: number,
    signal?: AbortSignal,
    sliceTakesMs = heavySliceMs,
  ) => {
    let left = slices;
    const slice = () => {
      clock.nowMs += sliceTakesMs;
      clock.busyMs += sliceTakesMs;
      done.push(owner.name);
      left -= 1;
      return left === 0;
    };
    return heavy.run(owner, slice, signal);
  };
  return { clock, done, work };
}
const [a, b] = [{ name: 'a' }, { name: 'b' }];
const unavailable = { code: 'unavailable', retryAfterS: 5 };

describe('while a process has other things to do', () => {
  it('heavy work of all tenants together takes a twentieth of its time', async () => {
    const { clock, done, work } = process({ othersWork: 0.5 });
    await Promise.all([work(a, 200), work(a, 200), work(b, 200)]);
    expect(done).toHaveLength(600);
    expect((600 * heavySliceMs) / clock.nowMs).toBeLessThanOrEqual(0.051);
  });

  it('a slice that takes longer is rested from for longer', async () => {
    const { clock, work } = process({ othersWork: 0.5 });
    await work(a, 50, undefined, 4 * heavySliceMs);
    expect((50 * 4 * heavySliceMs) / clock.nowMs).toBeLessThanOrEqual(0.052);
  });
});

it('where nothing else is to be done the rests are short', async () => {
  const { clock, work } = process({ othersWork: 0.02 });
  await work(a, 100);
  expect(clock.restedMs / clock.rests).toBe(1);
});

it('tenants take turns, however much one of them has; of its own, what began first is ended first', async () => {
  const { done, work } = process({ othersWork: 0.5 });
  const ends: string[] = [];
  await Promise.all([
    work(a, 3).then(() => ends.push('first of a')),
    work(a, 3).then(() => ends.push('second of a')),
    work(b, 3).then(() => ends.push('b')),
  ]);
  // The first slice is done at once; the others came after it.
  expect(done).toEqual(['a', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'a']);
  expect(ends).toEqual(['first of a', 'b', 'second of a']);
});

describe('heavy work is bounded', () => {
  it('by tenant: what is too much fails, and another tenant has its place', async () => {
    const { work } = process({ othersWork: 0.5 });
    const sixteen = Array.from({ length: 16 }, () => work(a, 2));
    await expect(work(a, 1)).rejects.toMatchObject(unavailable);
    await work(b, 1);
    await Promise.all(sixteen);
    await work(a, 1);
  });

  it('in all', async () => {
    const { work } = process({ othersWork: 0 });
    const all = Array.from({ length: 256 }, (_, n) => work({ name: `t${n}` }, 2));
    await expect(work(b, 1)).rejects.toMatchObject(unavailable);
    await Promise.all(all);
    await work(b, 1);
  });

  it('in time', async () => {
    const { clock, work } = process({ othersWork: 0.5 });
    await expect(work(a, 1_000_000)).rejects.toMatchObject(unavailable);
    expect(clock.nowMs).toBeGreaterThan(20_000);
    expect(clock.nowMs).toBeLessThan(20_200);
    await work(a, 1);
  });
});

it('what nobody waits for any more leaves its place at once, while it waits', async () => {
  const { done, work } = process({ othersWork: 0.5 });
  const gone = new AbortController();
  const running = work(a, 5);
  const left = work(b, 5, gone.signal);
  gone.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  await running;
  expect(done).toEqual(['a', 'a', 'a', 'a', 'a']);
  await expect(work(b, 1, gone.signal)).rejects.toThrow('left');
});

it('a slice that fails fails its own work alone', async () => {
  const heavy = createHeavyWork({ now: () => 0, busyMs: () => 0, sleep: async () => {} });
  const broken = heavy.run(a, () => {
    throw new Error('broken');
  });
  await expect(broken).rejects.toThrow('broken');
  await heavy.run(a, () => true);
});
