import { setTimeout as sleep } from 'node:timers/promises';
import { createHeavyWork, type HeavyWork, heavySliceMs } from './heavy-work.ts';

/** Longest piece of light work between two turns of the event loop. */
export const sliceMs = 0.5;
/** Work that takes no longer is light: many times what an ordinary question takes. */
const lightMs = 1;
/** What a character of an ordinary text takes of the rules for answers. */
const lightMsOfCharacter = 0.002;

/** What work for one text has taken so far. It is light up to a bound, and heavy behind it. */
export interface Effort {
  /** Whose work it is: one object for one tenant. */
  readonly owner: object;
  /** Milliseconds. */
  usedMs: number;
  /** Up to here work goes on at once. */
  grantedMs: number;
}

/** What slices are cut by; tests bring their own. */
export interface Slicing {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves when it is the turn of light work again. */
  readonly turn: () => Promise<void>;
  readonly heavy: HeavyWork;
}

export const effortOf = (owner: object): Effort => ({ owner, usedMs: 0, grantedMs: lightMs });

/** More of the text has come: so much more work is light. */
export function addCharacters(effort: Effort, count: number): void {
  effort.grantedMs += count * lightMsOfCharacter;
}

/**
 * Does work in slices. The first ones, as long as it is light, are at once and in the next turns of the event loop; then
 * it takes its turn among the heavy work of the process. The work says by `yield` where it may be interrupted; what it
 * does between two of them should be far less than a slice.
 *
 * @param effort of the text that the work is part of.
 * @param signal ends the work where nobody waits for it any more.
 * @throws what the work throws; the reason of the signal; {Problem} `unavailable` as heavy work does.
 */
export async function inSlices<T>(
  work: Iterator<void, T>,
  effort: Effort,
  signal?: AbortSignal,
  { now, turn, heavy }: Slicing = ofTheProcess,
): Promise<T> {
  const end: { result?: IteratorReturnResult<T> } = {};
  /** Works until then; says whether it is done. */
  const slice = (ms: number): boolean => {
    const beganMs = now();
    let tookMs = 0;
    do {
      const next = work.next();
      tookMs = now() - beganMs;
      if (next.done) end.result = next;
    } while (!end.result && tookMs < ms);
    effort.usedMs += tookMs;
    return end.result !== undefined;
  };

  signal?.throwIfAborted();
  while (effort.usedMs < effort.grantedMs && !slice(Math.min(sliceMs, effort.grantedMs - effort.usedMs))) {
    await turn();
    signal?.throwIfAborted();
  }
  if (!end.result) {
    const one = () => {
      effort.grantedMs = Math.max(effort.grantedMs, effort.usedMs + heavySliceMs);
      return slice(heavySliceMs);
    };
    await heavy.run(effort.owner, one, signal);
  }
  if (!end.result) throw new Error('heavy work ended before it was done');
  return end.result.value;
}

/**
 * All light work of the process has one slice in a turn of the event loop, in the order in which it came: however much of
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
  heavy: createHeavyWork({
    now: () => performance.now(),
    busyMs: () => performance.eventLoopUtilization().active,
    sleep: (ms) => sleep(ms),
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
