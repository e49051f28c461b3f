import { Problem } from '../../problems/problem.ts';

/** Longest piece of heavy work between two rests. */
export const heavySliceMs = 0.25;
/** Of the time of a process that has other things to do, what heavy work of all tenants together may take. */
const share = 0.05;
/** How long it is looked whether there is anything else to do. */
const lookMs = 1;
/** More than the rest itself costs. */
const busyMs = 0.3;
const maxRestMs = 100;

const maxOfOwner = 16;
const maxOfAll = 256;
/** From the first wait to the end of the work. */
const maxMs = 20_000;

/** What heavy work is paced by; tests bring their own. */
export interface Pacing {
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Milliseconds so far in which the process had something to do. */
  readonly busyMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The heavy work of one process. */
export interface HeavyWork {
  /**
   * Does the work, one slice after the other, each when it is its turn.
   *
   * @param owner whose work it is: one object for one tenant.
   * @param slice does a piece of about `heavySliceMs`, and says whether that was the last.
   * @param signal ends the work at once where nobody waits for it any more.
   * @throws {Problem} `unavailable` where the owner, or all together, have too much of it, or where it takes too long;
   *   the reason of the signal; what a slice throws.
   */
  run(owner: object, slice: () => boolean, signal?: AbortSignal): Promise<void>;
}

interface Waiting {
  /** Work that began earlier goes first among its owner's. */
  readonly order: number;
  readonly go: () => void;
}

/**
 * One slice at a time, in turn over the owners; of one owner's, what began first is ended first. After each slice there
 * is a rest in which everything else has its turns, so much that all heavy work takes no more than its share; where
 * nothing else is to be done, the rest is short. Who has much of it waits longer, and nobody else.
 */
export function createHeavyWork({ now, busyMs: busySoFar, sleep }: Pacing): HeavyWork {
  /** By owner; the first one is next. */
  const waiting = new Map<object, Waiting[]>();
  const counts = new Map<object, number>();
  let all = 0;
  let begun = 0;
  let working = false;

  function enter(owner: object): void {
    const count = counts.get(owner) ?? 0;
    if (count >= maxOfOwner || all >= maxOfAll) throw tooMuch();
    counts.set(owner, count + 1);
    all += 1;
  }

  function leave(owner: object): void {
    const count = (counts.get(owner) ?? 1) - 1;
    if (count === 0) counts.delete(owner);
    else counts.set(owner, count);
    all -= 1;
  }

  function next(): Waiting | undefined {
    for (const [owner, works] of waiting) {
      waiting.delete(owner);
      const first = works.reduce((one, other) => (other.order < one.order ? other : one));
      const rest = works.filter((each) => each !== first);
      if (rest.length > 0) waiting.set(owner, rest);
      return first;
    }
    return undefined;
  }

  async function rest(tookMs: number): Promise<void> {
    const restMs = Math.min(maxRestMs, tookMs * (1 / share - 1));
    const [beganMs, busyBefore] = [now(), busySoFar()];
    await sleep(lookMs);
    if (busySoFar() - busyBefore < busyMs) return;
    const leftMs = restMs - (now() - beganMs);
    if (leftMs > 0) await sleep(leftMs);
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    for (let one = next(); one; one = next()) {
      const beganMs = now();
      one.go();
      // A slice that ended early has the rest of it for what comes next.
      await rest(Math.max(heavySliceMs, now() - beganMs));
    }
    working = false;
  }

  const turn = (owner: object, order: number, slice: () => boolean, signal?: AbortSignal) =>
    new Promise<boolean>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const left = () => {
        const others = (waiting.get(owner) ?? []).filter((each) => each !== one);
        if (others.length > 0) waiting.set(owner, others);
        else waiting.delete(owner);
        reject(signal?.reason);
      };
      const go = () => {
        signal?.removeEventListener('abort', left);
        try {
          resolve(slice());
        } catch (error) {
          reject(error);
        }
      };
      const one: Waiting = { order, go };
      signal?.addEventListener('abort', left, { once: true });
      const own = waiting.get(owner);
      if (own) own.push(one);
      else waiting.set(owner, [one]);
      void work();
    });

  return {
    async run(owner, slice, signal) {
      enter(owner);
      begun += 1;
      const order = begun;
      const untilMs = now() + maxMs;
      try {
        while (!(await turn(owner, order, slice, signal))) if (now() > untilMs) throw tooLong();
      } finally {
        leave(owner);
      }
    },
  };
}

const tooMuch = () =>
  new Problem(
    'unavailable',
    "Too many texts wait for the tenant's rules, which take long. Try again later.",
    {
      retryAfterS: 5,
    },
  );
const tooLong = () =>
  new Problem('unavailable', "The tenant's rules take too long for this text.", { retryAfterS: 5 });
