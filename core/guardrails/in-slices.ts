/** Longest piece of work between two turns of the event loop. */
export const sliceMs = 0.5;

/** What slices are cut by; tests bring their own. */
export interface Slicing {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves when it is this work's turn again. */
  readonly turn: () => Promise<void>;
}

/**
 * Does work in slices of `sliceMs`, the first at once. The work says by `yield` where it may be interrupted; what it does
 * between two of them should be far less than a slice.
 *
 * @param signal ends the work where nobody waits for it any more.
 * @throws whatever the work throws, and the reason of the signal.
 */
export async function inSlices<T>(
  work: Iterator<void, T>,
  signal?: AbortSignal,
  { now, turn }: Slicing = ofTheProcess,
): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    const untilMs = now() + sliceMs;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (now() < untilMs);
    await turn();
  }
}

/**
 * All the work of the process has one slice in a turn of the event loop, in the order in which it came: however much of
 * it there is, everything else waits no longer than for one.
 */
const waiting: (() => void)[] = [];
let asked = false;
const ofTheProcess: Slicing = {
  now: () => performance.now(),
  turn: () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      askForTurn();
    }),
};

function askForTurn(): void {
  if (asked || waiting.length === 0) return;
  asked = true;
  setImmediate(() => {
    asked = false;
    waiting.shift()?.();
    askForTurn();
  });
}
