import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PoolFull, type PoolOptions, WorkerPool } from './pool.ts';
import { type Worker, WorkerLost } from './worker.ts';

/** A worker whose end of an invocation the test decides. */
class ScriptedWorker implements Worker {
  readonly pid = undefined;
  readonly ready: Promise<void>;
  readonly answered: (() => void)[] = [];
  onIdle = () => {};
  onExit = () => {};
  stopped = false;
  #up: () => void = () => {};
  #broken: (error: Error) => void = () => {};

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.#up = resolve;
      this.#broken = reject;
    });
    this.ready.catch(() => {});
  }

  comeUp() {
    this.#up();
    this.onIdle();
  }

  break() {
    this.#broken(new WorkerLost('crashed'));
    this.onExit();
  }

  invoke(payload: string) {
    return new Promise<{ kind: 'buffered'; body: Buffer }>((resolve) => {
      this.answered.push(() => {
        resolve({ kind: 'buffered', body: Buffer.from(payload) });
        this.onIdle();
      });
    });
  }

  stop() {
    this.stopped = true;
    this.onExit();
  }
}

let workers: ScriptedWorker[];
let pool: WorkerPool;
const makePool = (options: Partial<PoolOptions> = {}) => {
  pool = new WorkerPool(
    async () => {
      const worker = new ScriptedWorker();
      workers.push(worker);
      return worker;
    },
    { min: 1, max: 3, maxQueued: 2, growAfterMs: 250, idleMs: 1_000, ...options },
  );
  return pool;
};
const text = (outcome: { kind: string; body?: unknown }) => String(outcome.body);

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
});
afterEach(() => {
  pool.close();
  vi.useRealTimers();
});

test('requests are served in the order in which they came', async () => {
  makePool();
  await vi.advanceTimersByTimeAsync(1);
  const served: string[] = [];
  const all = ['a', 'b'].map((name) => pool.invoke(name, '').then((outcome) => served.push(text(outcome))));
  workers[0]?.comeUp();
  await vi.advanceTimersByTimeAsync(1);
  workers[0]?.answered.shift()?.();
  await vi.advanceTimersByTimeAsync(1);
  workers[0]?.answered.shift()?.();
  await Promise.all(all);
  expect(served).toEqual(['a', 'b']);
});

test('for one that waits a worker is added only after 250 ms', async () => {
  makePool({ maxQueued: 10 });
  await vi.advanceTimersByTimeAsync(1);
  workers[0]?.comeUp();
  for (let i = 0; i < 2; i++) pool.invoke(String(i), '').catch(() => {});
  await vi.advanceTimersByTimeAsync(200);
  expect(workers).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(workers).toHaveLength(2);
});

test('while several wait workers are added sooner, two at a time, up to the maximum', async () => {
  makePool({ maxQueued: 10, max: 4 });
  await vi.advanceTimersByTimeAsync(1);
  workers[0]?.comeUp();
  for (let i = 0; i < 10; i++) pool.invoke(String(i), '').catch(() => {});
  await vi.advanceTimersByTimeAsync(150);
  expect(workers).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(workers).toHaveLength(3);
  workers[1]?.comeUp();
  await vi.advanceTimersByTimeAsync(150);
  expect(workers).toHaveLength(4);
  workers[2]?.comeUp();
  workers[3]?.comeUp();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(workers).toHaveLength(4);
});

test('workers beyond the minimum end when they have been idle for long', async () => {
  makePool();
  await vi.advanceTimersByTimeAsync(1);
  workers[0]?.comeUp();
  pool.invoke('a', '').catch(() => {});
  pool.invoke('b', '').catch(() => {});
  await vi.advanceTimersByTimeAsync(300);
  workers[1]?.comeUp();
  await vi.advanceTimersByTimeAsync(1);
  for (const worker of workers) worker.answered.shift()?.();
  await vi.advanceTimersByTimeAsync(1_200);
  expect(workers.filter((worker) => worker.stopped)).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(workers.filter((worker) => worker.stopped)).toHaveLength(1);
});

test('a request over the bound of the queue is told at once', async () => {
  makePool();
  const waiting = [pool.invoke('a', ''), pool.invoke('b', '')];
  await expect(pool.invoke('c', '')).rejects.toThrow(PoolFull);
  pool.close();
  for (const one of waiting) await expect(one).rejects.toThrow(PoolFull);
});

test('a request that is given up leaves the queue', async () => {
  makePool();
  const gone = new AbortController();
  const waiting = pool.invoke('a', '', gone.signal);
  gone.abort();
  await expect(waiting).rejects.toThrow(PoolFull);
  expect(pool.stats.queued).toBe(0);
});

test('a worker that ends is replaced; requests fail only while there is none at all', async () => {
  makePool();
  await vi.advanceTimersByTimeAsync(1);
  workers[0]?.comeUp();
  await vi.advanceTimersByTimeAsync(1);
  workers[0]?.break();
  await vi.advanceTimersByTimeAsync(1);
  expect(workers).toHaveLength(2);
  const waiting = expect(pool.invoke('a', '')).rejects.toThrow(WorkerLost);
  workers[1]?.break();
  await waiting;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(workers).toHaveLength(3);
});
