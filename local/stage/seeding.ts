import { setTimeout as sleep } from 'node:timers/promises';

export interface SeedingOptions {
  /** Loads everything that is not there; may be called again at any time. */
  readonly load: (signal: AbortSignal) => Promise<void>;
  /** From here on the stage tells the outside that it is ready. */
  readonly mark: () => void;
  readonly unmark: () => void;
  readonly failed: (error: unknown) => void;
  /** Pauses between tries: each twice as long as the one before. */
  readonly pauseMs?: { readonly first: number; readonly most: number };
}

/** Keeps the sample tenants there: the stage is ready while they are, and only then. */
export class Seeding {
  readonly #options: SeedingOptions;
  #run = new AbortController();
  #ended = false;

  constructor(options: SeedingOptions) {
    this.#options = options;
  }

  /** What was loaded may be gone; the stage is not ready until `load` has succeeded again. */
  invalidate(): void {
    this.#run.abort();
    this.#options.unmark();
  }

  /**
   * Tries until everything is loaded.
   *
   * @returns `false` when a later call, `invalidate` or `stop` came in between.
   */
  async load(): Promise<boolean> {
    this.invalidate();
    if (this.#ended) return false;
    this.#run = new AbortController();
    const { signal } = this.#run;
    const { first, most } = this.#options.pauseMs ?? { first: 5_000, most: 60_000 };
    for (let pauseMs = first; ; pauseMs = Math.min(most, pauseMs * 2)) {
      try {
        await this.#options.load(signal);
        if (signal.aborted) return false;
        this.#options.mark();
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        this.#options.failed(error);
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return false;
    }
  }

  stop(): void {
    this.#ended = true;
    this.#run.abort();
  }
}
