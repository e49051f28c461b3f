/** Too many wait already. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
}

/** One at a time, in order of arrival, and only so many may wait. */
export class Turns {
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(maxWaiting: number) {
    this.#maxWaiting = maxWaiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Runs the work when it is its turn. Leaving the queue is by the signal; what runs looks at it by itself.
   *
   * @throws {TooManyWaiting} at once; the signal's reason when it fires while waiting.
   */
  async take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#running > 0) {
      if (this.#waiting.length >= this.#maxWaiting) throw new TooManyWaiting('too many requests wait');
      await new Promise<void>((resolve, reject) => {
        const leave = () => {
          this.#waiting.splice(this.#waiting.indexOf(enter), 1);
          reject(signal.reason);
        };
        const enter = () => {
          signal.removeEventListener('abort', leave);
          resolve();
        };
        this.#waiting.push(enter);
        signal.addEventListener('abort', leave, { once: true });
      });
    } else this.#running = 1;
    try {
      signal.throwIfAborted();
      return await work();
    } finally {
      // The turn passes on directly, so that nobody who comes now is before those who wait.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running = 0;
    }
  }
}
