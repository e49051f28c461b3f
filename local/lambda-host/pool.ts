import type { Outcome } from './runtime-api-server.ts';
import { type Worker, WorkerLost } from './worker.ts';

export interface PoolOptions {
  /** Workers that are kept warm. */
  readonly min: number;
  readonly max: number;
  /** Requests that may wait for a worker. */
  readonly maxQueued: number;
  /** How long the oldest request must have waited before another worker is started; a fifth when several wait. */
  readonly growAfterMs: number;
  /** How long a worker beyond `min` may be without work. */
  readonly idleMs: number;
  /** How long a pool that lost a worker at its start waits before it tries again, at first and at most. */
  readonly restartMs: { readonly first: number; readonly most: number };
}

/** Starting is what a busy machine can least afford many of. */
const maxStarting = 2;

export const defaultPoolOptions: PoolOptions = {
  min: 1,
  max: 8,
  maxQueued: 2_000,
  growAfterMs: 250,
  idleMs: 60_000,
  restartMs: { first: 200, most: 5_000 },
};

/** The queue is full, or the pool is closing. */
export class PoolFull extends Error {
  override readonly name = 'PoolFull';
}

interface Waiting {
  readonly since: number;
  readonly take: (worker: Worker) => void;
  readonly fail: (error: Error) => void;
}

/**
 * A few workers of one function behind a bounded queue: first come, first served; one invocation a worker. It grows
 * while requests wait, shrinks while workers do, and replaces workers that end.
 */
export class WorkerPool {
  readonly #start: () => Promise<Worker>;
  readonly #options: PoolOptions;
  /** Workers that have come up, and those that have not yet. */
  readonly #all = new Set<Worker>();
  readonly #booting = new Set<Worker>();
  readonly #idle: { worker: Worker; since: number }[] = [];
  readonly #queue: Waiting[] = [];
  readonly #timer: NodeJS.Timeout;
  #starting = 0;
  #failures = 0;
  #notBefore = 0;
  #closed = false;

  constructor(start: () => Promise<Worker>, options: Partial<PoolOptions> = {}) {
    this.#start = start;
    this.#options = { ...defaultPoolOptions, ...options };
    if (this.#options.min > 0) void this.#grow();
    this.#timer = setInterval(() => this.#tend(), Math.max(10, this.#options.growAfterMs / 2.5));
  }

  get stats() {
    return {
      workers: this.#all.size,
      idle: this.#idle.length,
      starting: this.#starting,
      queued: this.#queue.length,
    };
  }

  /** Whether a worker has come up and is still there. */
  get live(): boolean {
    return this.#all.size > 0;
  }

  /**
   * Runs one invocation when it is its turn.
   *
   * @param signal gives up the place in the queue; an invocation that has begun goes on.
   * @throws {PoolFull} at once when too many wait; {WorkerLost} when the worker ends before it answers.
   */
  async invoke(payload: string, traceId: string, signal?: AbortSignal): Promise<Outcome> {
    const worker = await this.#acquire(signal);
    return worker.invoke(payload, traceId);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const waiting of this.#queue.splice(0)) waiting.fail(new PoolFull('the pool is closing'));
    for (const worker of [...this.#all, ...this.#booting]) worker.stop();
  }

  #acquire(signal: AbortSignal | undefined): Promise<Worker> {
    if (this.#closed || this.#queue.length >= this.#options.maxQueued) {
      return Promise.reject(new PoolFull('too many requests wait'));
    }
    const idle = this.#idle.pop();
    if (idle) return Promise.resolve(idle.worker);
    return new Promise((take, fail) => {
      const waiting: Waiting = { since: Date.now(), take, fail };
      this.#queue.push(waiting);
      signal?.addEventListener('abort', () => {
        const at = this.#queue.indexOf(waiting);
        if (at >= 0) this.#queue.splice(at, 1);
        fail(new PoolFull('the request was given up'));
      });
      if (this.#all.size + this.#starting === 0) void this.#grow();
    });
  }

  /** Starts a worker; what waits fails when none can be started. */
  async #grow(): Promise<void> {
    if (this.#closed || Date.now() < this.#notBefore) return;
    this.#starting++;
    let worker: Worker | undefined;
    try {
      const started = await this.#start();
      worker = started;
      if (this.#closed) return started.stop();
      this.#booting.add(started);
      started.onIdle = () => this.#offer(started);
      started.onExit = () => this.#forget(started);
      await started.ready;
      this.#failures = 0;
    } catch {
      this.#failures++;
      const { first, most } = this.#options.restartMs;
      this.#notBefore = Date.now() + Math.min(most, first * 2 ** Math.min(this.#failures, 16));
      if (this.#all.size === 0) {
        for (const waiting of this.#queue.splice(0)) waiting.fail(new WorkerLost('crashed'));
      }
    } finally {
      if (worker) this.#booting.delete(worker);
      this.#starting--;
    }
  }

  #offer(worker: Worker): void {
    this.#all.add(worker);
    const next = this.#queue.shift();
    if (next) next.take(worker);
    else this.#idle.push({ worker, since: Date.now() });
  }

  #forget(worker: Worker): void {
    this.#all.delete(worker);
    const at = this.#idle.findIndex((entry) => entry.worker === worker);
    if (at >= 0) this.#idle.splice(at, 1);
    if (this.#all.size + this.#starting < this.#options.min) void this.#grow();
  }

  #tend(): void {
    const now = Date.now();
    const { min, max, growAfterMs, idleMs } = this.#options;
    const size = this.#all.size + this.#starting;
    const waited = now - (this.#queue[0]?.since ?? now);
    const queued = this.#queue.length;
    // One that waits may find a worker free soon; several will not.
    const patienceMs = queued > this.#starting + 1 ? growAfterMs / 5 : growAfterMs;
    const wanted = waited >= patienceMs && queued > this.#starting && this.#starting < maxStarting;
    if (size < max && (wanted || (size < min && this.#starting === 0))) void this.#grow();
    const eldest = this.#idle[0];
    if (size > min && eldest && now - eldest.since > idleMs) {
      this.#idle.shift();
      eldest.worker.stop();
    }
  }
}
