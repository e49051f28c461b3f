import { expect, it } from 'vitest';
import { inSlices, sliceMs } from './in-slices.ts';

/** Work of so many steps, each of which takes so long by a clock that only the work moves. */
function counted(steps: number, stepMs: number) {
  const seen = { nowMs: 0, sliceBeganMs: 0, turns: 0, longestMs: 0, steps: 0 };
  function* work(): Generator<void, string> {
    for (; seen.steps < steps; seen.steps++) {
      seen.nowMs += stepMs;
      seen.longestMs = Math.max(seen.longestMs, seen.nowMs - seen.sliceBeganMs);
      yield;
    }
    return 'done';
  }
  const slicing = {
    now: () => seen.nowMs,
    turn: async () => {
      seen.turns += 1;
      seen.sliceBeganMs = seen.nowMs;
    },
  };
  return { seen, run: (signal?: AbortSignal) => inSlices(work(), signal, slicing) };
}

it('what is done within a slice asks for no turn', async () => {
  const { seen, run } = counted(4, sliceMs / 8);
  expect(await run()).toBe('done');
  expect(seen.turns).toBe(0);
});

it('no slice is longer than it may be by more than one step, and all of the work is done', async () => {
  const { seen, run } = counted(1_000, sliceMs / 8);
  expect(await run()).toBe('done');
  expect(seen.steps).toBe(1_000);
  expect(seen.longestMs).toBeLessThanOrEqual(sliceMs + sliceMs / 8);
  expect(seen.turns).toBe(125);
});

it('what nobody waits for any more is not gone on with', async () => {
  const { seen, run } = counted(1_000_000, sliceMs / 8);
  const gone = new AbortController();
  const running = run(gone.signal);
  gone.abort(new Error('left'));
  await expect(running).rejects.toThrow('left');
  expect(seen.steps).toBeLessThan(1_000);
});

it('what the work throws is thrown', async () => {
  // biome-ignore lint/correctness/useYield: it fails before it can be interrupted
  function* broken(): Generator<void, void> {
    throw new Error('broken');
  }
  await expect(inSlices(broken())).rejects.toThrow('broken');
});

it('however much work there is, one turn of the event loop does one slice of it, and each has its turn', async () => {
  const order: number[] = [];
  function* busy(id: number): Generator<void, void> {
    for (let slice = 0; slice < 5; slice++) {
      order.push(id);
      for (const endMs = performance.now() + 2 * sliceMs; performance.now() < endMs; );
      yield;
    }
  }
  let turns = 0;
  let over = false;
  const count = () => {
    turns += 1;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all([0, 1, 2, 3].map((id) => inSlices(busy(id))));
  over = true;
  expect(order).toEqual(Array.from({ length: 5 }, () => [0, 1, 2, 3]).flat());
  // The first slice of each is done at once, before any turn.
  expect(turns).toBeGreaterThanOrEqual(16);
});
