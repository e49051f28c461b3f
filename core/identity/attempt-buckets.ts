import { LRUCache } from 'lru-cache';

export interface AttemptBucketsOptions {
  /** Attempts that a key has at once, and in each period. */
  readonly capacity: number;
  readonly periodMs: number;
  /** Keys that are remembered at the most. */
  readonly maxKeys: number;
  /** Milliseconds. A clock that jumps makes nobody wait longer than a period. */
  readonly now: () => number;
}

/** A token bucket for each of many keys, in bounded memory. */
export interface AttemptBuckets {
  /** Milliseconds until the key has a token again; 0: it has one. */
  waitMs(key: string): number;
  /** Takes a token. @returns false, and takes nothing, when there is none. */
  take(key: string): boolean;
  /** Puts a token back, for an attempt that turned out well. */
  giveBack(key: string): void;
  /** How many keys are remembered. */
  size(): number;
}

/**
 * Token buckets as theoretical arrival times (GCRA, ITU-T I.371): one number a key, and a key that has all of its tokens is
 * one that nobody needs to remember.
 *
 * Memory is bounded, so some key has to be forgotten when many come, and whoever is forgotten has all tokens again. Keys
 * that have used up half of theirs are therefore kept apart from the others: a flood of new keys, each with a
 * few attempts, pushes out only its like. To push out one that is blocked takes `maxKeys / 2` other keys with half a
 * bucket of failed attempts each, all since its last try, and gains the tokens of one bucket: fewer than were spent.
 */
export function createAttemptBuckets(options: AttemptBucketsOptions): AttemptBuckets {
  const { capacity, periodMs, maxKeys, now } = options;
  if (!(capacity >= 1) || !(maxKeys >= 2)) throw new RangeError('buckets need a capacity and room for two');
  const tokenMs = periodMs / capacity;
  const half = Math.floor(maxKeys / 2);
  const light = new LRUCache<string, number>({ max: half });
  const heavy = new LRUCache<string, number>({ max: half });

  /** Milliseconds that it takes the key to have all of its tokens again, 0 to `periodMs`. */
  function debtMs(key: string, nowMs: number): number {
    // Asking is a use as well: who keeps trying while blocked is not the one to forget.
    const fullAtMs = heavy.get(key) ?? light.get(key) ?? nowMs;
    return Math.min(Math.max(fullAtMs - nowMs, 0), periodMs);
  }

  function remember(key: string, debt: number, nowMs: number): void {
    const [own, other] = debt * 2 >= periodMs ? [heavy, light] : [light, heavy];
    other.delete(key);
    if (debt > 0) own.set(key, nowMs + debt);
    else own.delete(key);
  }

  /** Times since 1970 are exact to a few ten-thousandths of a millisecond; what is less than this is no wait. */
  const nothingMs = Math.min(0.1, tokenMs / 100);
  /** What a next token would wait for. */
  const shortMs = (debt: number) => {
    const short = debt + tokenMs - periodMs;
    return short > nothingMs ? short : 0;
  };

  return {
    waitMs: (key) => shortMs(debtMs(key, now())),
    take(key) {
      const nowMs = now();
      const debt = debtMs(key, nowMs);
      if (shortMs(debt) > 0) return false;
      remember(key, Math.min(debt + tokenMs, periodMs), nowMs);
      return true;
    },
    giveBack(key) {
      const nowMs = now();
      remember(key, Math.max(debtMs(key, nowMs) - tokenMs, 0), nowMs);
    },
    size: () => light.size + heavy.size,
  };
}
