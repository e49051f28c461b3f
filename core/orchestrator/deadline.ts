/** A limit on silence: aborts its signal unless it is put off in time. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Gives so much time from now on. */
  putOff(ms: number): void;
  end(): void;
}

export function startDeadline(ms: number): Deadline {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer = setTimeout(abort, ms);
  return {
    signal: controller.signal,
    putOff(more) {
      clearTimeout(timer);
      timer = setTimeout(abort, more);
    },
    end: () => clearTimeout(timer),
  };
}
