import { expect, it } from 'vitest';
import type { HeavyWork } from './heavy-work.ts';
import { addCharacters, effortOf, inSlices, sliceMs } from './in-slices.ts';

/** Work of so many steps, each of which takes so long by a clock that only the work moves. */
function counted(steps: number, stepMs: number) {
  const seen = { nowMs: 0, sliceBeganMs: 0, turns: 0, heavy: 0, longestMs: 0, steps: 0 };
  function* work(): Generator<void, string> {
    for (; seen.steps < steps; seen.steps++) {
      seen.nowMs += stepMs;
      seen.longestMs = Math.max(seen.longestMs, seen.nowMs - seen.sliceBeganMs);
      yield;
    }
    return 'done';
  }
  const heavy: HeavyWork = {
    async run(_owner, slice, signal) {
      for (let over = false; !over; ) {
        await Promise.resolve();
        signal?.throwIfAborted();
        seen.heavy += 1;
        seen.sliceBeganMs = seen.nowMs;
        over = slice();
      }
    },
  };
  const slicing = {
    now: () => seen.nowMs,
    turn: async () => {
      seen.turns += 1;
      seen.sliceBeganMs = seen.nowMs;
    },
    heavy,
  };
  const effort = effortOf({});
  return { seen, effort, run: (signal?: AbortSignal) => inSlices(work(), effort, signal, slicing) };
}

it('what is done within a slice asks for no turn', async () => {
  const { seen, run } = counted(4, sliceMs / 8);
  expect(await run()).toBe('done');
  expect(seen).toMatchObject({ turns: 0, heavy: 0 });
});

it('light work has a slice in each turn, and what is longer waits among the heavy work, and all of it is done', async () => {
  const { seen, run } = counted(1_000, sliceMs / 8);
  expect(await run()).toBe('done');
  expect(seen.steps).toBe(1_000);
  expect(seen.longestMs).toBeLessThanOrEqual(sliceMs + sliceMs / 8);
  expect(seen.turns).toBe(2);
  expect(seen.heavy).toBeGreaterThanOrEqual((1_000 - 2 * 8) / 4);
});

it('pieces of one text are one effort: costly ones are heavy soon, and of one turn the rest is for the next piece', async () => {
  const { seen, effort, run } = counted(1, sliceMs / 8);
  for (let piece = 0; piece < 100; piece++) {
    seen.steps = 0;
    await run();
  }
  // 16 pieces are light, but for the end of the last; then one turn is enough for four.
  expect(effort.usedMs).toBeCloseTo(100 * (sliceMs / 8));
  expect(seen.heavy).toBe((100 - 16) / 4 + 1);
});

it('and however long a text is, what it takes of an ordinary one is light', async () => {
  const { seen, effort, run } = counted(1, 0.01);
  for (let piece = 0; piece < 2_000; piece++) {
    seen.steps = 0;
    addCharacters(effort, 5);
    await run();
  }
  expect(seen.heavy).toBe(0);
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
  await expect(inSlices(broken(), effortOf({}))).rejects.toThrow('broken');
});

it('however much light work there is, one turn of the event loop does one slice of it, and each has its turn', async () => {
  const order: number[] = [];
  function* busy(id: number): Generator<void, void> {
    for (let slice = 0; slice < 3; slice++) {
      order.push(id);
      for (const endMs = performance.now() + 1.1 * sliceMs; performance.now() < endMs; );
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
  await Promise.all([0, 1, 2, 3].map((id) => inSlices(busy(id), { ...effortOf({}), grantedMs: 1_000 })));
  over = true;
  expect(order).toEqual(Array.from({ length: 3 }, () => [0, 1, 2, 3]).flat());
  // The first slice of each is done at once, before any turn.
  expect(turns).toBeGreaterThanOrEqual(8);
});
