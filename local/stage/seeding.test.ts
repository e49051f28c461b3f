import { expect, test } from 'vitest';
import { Seeding } from './seeding.ts';

function setUp(load: (signal: AbortSignal) => Promise<void>) {
  const state = { marked: false, failures: 0 };
  const seeding = new Seeding({
    load,
    mark: () => {
      state.marked = true;
    },
    unmark: () => {
      state.marked = false;
    },
    failed: () => {
      state.failures++;
    },
    pauseMs: { first: 5, most: 10 },
  });
  return { state, seeding };
}
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('a stage whose samples could not be loaded is not ready; it tries until they are', async () => {
  let tries = 0;
  const { state, seeding } = setUp(async () => {
    expect(state.marked).toBe(false);
    if (++tries < 4) throw new Error('not yet');
  });
  expect(await seeding.load()).toBe(true);
  expect(state).toEqual({ marked: true, failures: 3 });
});

test('what may be gone is not ready from that moment on, and is loaded again', async () => {
  let tries = 0;
  const { state, seeding } = setUp(async (signal) => {
    if (++tries === 2) await untilAborted(signal);
  });
  await seeding.load();
  seeding.invalidate();
  expect(state.marked).toBe(false);
  const second = seeding.load();
  seeding.invalidate();
  expect(await second).toBe(false);
  expect(await seeding.load()).toBe(true);
  expect(state).toEqual({ marked: true, failures: 0 });
});

test('a stage that ends stops trying', async () => {
  const { state, seeding } = setUp(async () => {
    throw new Error('never');
  });
  const loading = seeding.load();
  setTimeout(() => seeding.stop(), 20);
  expect(await loading).toBe(false);
  expect(await seeding.load()).toBe(false);
  expect(state.marked).toBe(false);
});
