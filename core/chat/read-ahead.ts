/**
 * Takes what a source gives as fast as it comes and keeps it until it is read, so that nothing is unknown only because
 * a reader is slow. The source bounds how much is kept.
 */
export class ReadAhead<T> {
  readonly #kept: T[] = [];
  #over: { readonly error?: unknown } | undefined;
  #wake = () => {};
  readonly #ended = Promise.withResolvers<void>();

  /**
   * @param first what the source was asked for already.
   * @param heard told of each as it comes.
   */
  constructor(source: AsyncIterator<T>, first: Promise<IteratorResult<T>>, heard: (value: T) => void) {
    void this.#take(source, first, heard);
  }

  /** Resolves when nothing more comes, for whatever reason. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Takes no more, whether the source ends or not. */
  close(): void {
    this.#over ??= {};
    this.#ended.resolve();
    this.#wake();
  }

  /** @throws what the source threw, after what it gave before. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const value = this.#kept.shift();
      if (value !== undefined) yield value;
      else if (!this.#over)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      else if ('error' in this.#over) throw this.#over.error;
      else return;
    }
  }

  async #take(
    source: AsyncIterator<T>,
    first: Promise<IteratorResult<T>>,
    heard: (value: T) => void,
  ): Promise<void> {
    try {
      for (let next = await first; !next.done && !this.#over; next = await source.next()) {
        heard(next.value);
        this.#kept.push(next.value);
        this.#wake();
      }
    } catch (error) {
      this.#over ??= { error };
    }
    this.close();
  }
}
