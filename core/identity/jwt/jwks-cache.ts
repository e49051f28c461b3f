import { parseStrictJson } from '../../json/strict-json.ts';
import { TokenRejected } from './token-rejected.ts';
import { jwksSchema, type VerificationKey, verificationKeys } from './verification-key.ts';

/** The part of `fetch` that is used. */
export type FetchKeys = (address: string, init: RequestInit) => Promise<Response>;

/** Keys of one issuer. */
export interface KeySource {
  /**
   * The keys with this `kid`, or all keys when a token names none.
   *
   * @throws {TokenRejected} `keys-unavailable` when they cannot be had.
   */
  keys(kid: string | undefined): Promise<readonly VerificationKey[]>;
}

export interface JwksCacheOptions {
  /** From the settings, never from a token. */
  readonly address: string;
  readonly fetch: FetchKeys;
  /** Milliseconds. */
  readonly now: () => number;
  /** For one fetch, body included. */
  readonly timeoutMs?: number;
}

const FRESH_MS = 10 * 60_000;
const STALE_MS = 24 * 3_600_000;
/** Between two tries while there are keys: no flood of made-up key names reaches the issuer faster. */
const FLOOR_MS = 30_000;
/** Between two tries while there are none: nothing can be verified anyway, so recovery matters more. */
const EMPTY_FLOOR_MS = 2_000;
const maxBytes = 65_536;

interface Held {
  readonly keys: readonly VerificationKey[];
  readonly atMs: number;
}

/**
 * The published keys of one issuer (RFC 7517), fetched by one request at a time for all who wait. They are fresh for
 * 10 min, fetched again at an unknown `kid` at most every 30 s, and serve for up to 24 h while the issuer does not
 * answer. An answer counts only with status 200, without redirect, in 2 s and 64 KB; a well-formed set replaces all
 * that was held, so a key that the issuer withdraws is gone within 10 min.
 */
export function createJwksCache({ address, fetch, now, timeoutMs = 2_000 }: JwksCacheOptions): KeySource {
  let held: Held | undefined;
  let triedAtMs: number | undefined;
  let running: Promise<void> | undefined;
  let failed = false;

  /** True less than `forMs` away from `atMs`, on either side: a clock may be set back. */
  const within = (atMs: number | undefined, forMs: number) =>
    atMs !== undefined && Math.abs(now() - atMs) < forMs;

  /** Joins the fetch under way or begins one, unless the last try is too near. Never rejects. */
  async function refresh(): Promise<void> {
    if (!running) {
      if (within(triedAtMs, held ? FLOOR_MS : EMPTY_FLOOR_MS)) return;
      triedAtMs = now();
      running = load(triedAtMs).finally(() => {
        running = undefined;
      });
    }
    await running;
  }

  async function load(atMs: number): Promise<void> {
    try {
      held = { keys: await fetchKeys(address, fetch, timeoutMs), atMs };
      failed = false;
    } catch {
      // What is held goes on for its time; the caller sees whether that is enough.
      failed = true;
    }
  }

  return {
    async keys(kid) {
      const known = matching(held?.keys ?? [], kid).length > 0;
      if (!known || !within(held?.atMs, FRESH_MS)) {
        // In an outage those whose key is known do not wait for the next failure. One of long ago says nothing: a key
        // that was withdrawn since must not be taken once more.
        const down = failed && within(triedAtMs, 2 * FLOOR_MS) && within(held?.atMs, STALE_MS);
        const refreshed = refresh();
        if (!known || !down) await refreshed;
      }
      if (!held || !within(held.atMs, STALE_MS)) throw new TokenRejected('keys-unavailable');
      return matching(held.keys, kid);
    },
  };
}

/** The keys that stand in the settings. */
export function createFixedKeys(keys: () => Promise<readonly VerificationKey[]>): KeySource {
  let imported: Promise<readonly VerificationKey[]> | undefined;
  return {
    async keys(kid) {
      imported ??= keys();
      return matching(await imported, kid);
    },
  };
}

const matching = (keys: readonly VerificationKey[], kid: string | undefined) =>
  kid === undefined ? keys : keys.filter((key) => key.kid === kid);

async function fetchKeys(address: string, fetch: FetchKeys, timeoutMs: number) {
  const stop = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error('the keys did not come in time'));
    stop.abort();
  }, timeoutMs);
  try {
    const answer = (async () => {
      const response = await fetch(address, {
        redirect: 'error',
        signal: stop.signal,
        headers: { accept: 'application/json' },
      });
      if (response.status !== 200 || response.redirected) throw new Error('not an answer with keys');
      return readBounded(response);
    })();
    // Raced as well, since what fetches may not heed the signal.
    const bytes = await Promise.race([answer, late.promise]);
    const set = jwksSchema.parse(parseStrictJson(bytes, { maxBytes, maxDepth: 8, maxMembers: 5_000 }));
    return await verificationKeys(set);
  } finally {
    clearTimeout(timer);
    // Lets go of a body that was not read to its end.
    stop.abort();
  }
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > maxBytes) throw new Error('too many bytes for a set of keys');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
