import { LRUCache } from 'lru-cache';
import type { TenantId } from '../../tenants/tenant-id.ts';
import { createAttemptBuckets } from '../attempt-buckets.ts';
import { type ApiKeyRecord, type ApiKeyScope, apiKeyState, hashApiKey, sameHash } from './api-key.ts';
import { type ApiKeyStore, TOUCH_EVERY_MS } from './api-key-store.ts';
import { parseApiKeyText } from './api-key-text.ts';

/** Who asks with a key that was found good. */
export interface VerifiedKey {
  /** The tenant whose key it is: the text names it, and the hash that matched covers the text. */
  readonly tenantText: string;
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
}

/**
 * Why a key was not taken; for the log. To the caller all of them are the one 401, except `busy`: too many keys that nobody
 * knows were tried, so this one was not looked up and may be good (503).
 */
export type KeyRejection = 'malformed' | 'unknown' | 'wrong' | 'expired' | 'revoked' | 'busy';

export type KeyVerdict =
  | { readonly ok: true; readonly key: VerifiedKey }
  | { readonly ok: false; readonly reason: KeyRejection };

export interface KeyAuthenticatorOptions {
  readonly store: Pick<ApiKeyStore, 'get' | 'touch'>;
  /** What the keys' hashes are made with; at least 32 bytes. */
  readonly pepper: Uint8Array;
  /**
   * Makes the id with which the store is asked. It is used for nothing but reading one key of the tenant that the text
   * names, from that tenant's own partition.
   */
  readonly vouch: (tenantText: string) => TenantId;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly cache?: {
    /** Good keys that are remembered. */
    readonly maxKeys?: number;
    /** Places without a key, or with another secret, that are remembered. */
    readonly maxMisses?: number;
    /** Reads a minute for keys that turn out to be none: in one tenant, and in all. */
    readonly missesPerTenant?: number;
    readonly misses?: number;
  };
  /** Told when the last use could not be noted; that fails no request. */
  readonly onTouchFailed?: (error: unknown) => void;
}

export interface KeyAuthenticator {
  /** @throws what the store throws when it has to be asked and does not answer: nothing is known of the key then. */
  authenticate(text: string): Promise<KeyVerdict>;
  /** Whether this process found the key good before and not bad since: such a one is no guess. */
  knows(text: string): boolean;
  /** Forgets what is known of the tenant's keys, for when its `auth_epoch` is newer than the one seen last. */
  forget(tenantText: string): void;
  /** Waits until every last use is noted: for after the answer, before a worker may be frozen. */
  settled(): Promise<void>;
}

/** What the store said, and when it was asked. */
interface Found {
  readonly record: ApiKeyRecord | undefined;
  readonly askedAtMs: number;
}
interface Held extends Found {
  readonly place: string;
}

const GOOD_MS = 30_000;
const MISS_MS = 5_000;
const MAX_TOUCHES_AT_ONCE = 100;

/**
 * Verifies API keys with at most one read, and none for a key that was good within the last 30 s.
 *
 * Guessing is bounded thrice: texts without the right check cost a checksum; a place where no key or another secret was
 * found is not read again for 5 s; and reads for keys that turn out to be none come out of a budget by tenant and in all.
 * Keys that were good before are read outside that budget, so guessing does not shut out those who are at work.
 */
export function createKeyAuthenticator(options: KeyAuthenticatorOptions): KeyAuthenticator {
  const { store, pepper, vouch, now, cache = {}, onTouchFailed = () => {} } = options;
  const { maxKeys = 10_000, maxMisses = 10_000, missesPerTenant = 60, misses: missesInAll = 600 } = cache;
  hashApiKey(pepper, ''); // Too short a pepper ends the start, not the first request.

  /** By the hash of the key, never by its text: memory that leaks gives nobody a key. */
  const good = new LRUCache<string, Held>({ max: maxKeys });
  const misses = new LRUCache<string, Found>({ max: maxMisses });
  const touchedAtMs = new LRUCache<string, number>({ max: maxKeys });
  const reading = new Map<string, Promise<Found>>();
  const touching = new Set<Promise<void>>();
  const budget = { periodMs: 60_000, now };
  const tenantBudget = createAttemptBuckets({ ...budget, capacity: missesPerTenant, maxKeys: maxMisses });
  const wholeBudget = createAttemptBuckets({ ...budget, capacity: missesInAll, maxKeys: 2 });
  /** Raised by every `forget`: a read that began before must be neither kept nor joined. */
  let generation = 0;

  const isFresh = (found: Found | undefined, forMs: number): found is Found => {
    const ageMs = found ? now() - found.askedAtMs : -1;
    return ageMs >= 0 && ageMs < forMs;
  };

  async function authenticate(text: string): Promise<KeyVerdict> {
    const parsed = parseApiKeyText(text);
    if (!parsed) return { ok: false, reason: 'malformed' };
    const { tenantText, id } = parsed;
    const hash = hashApiKey(pepper, text);
    const place = `${tenantText}/${id}`;
    const held = good.get(hash);
    if (isFresh(held, GOOD_MS)) return judge(tenantText, place, hash, held, generation);
    const missed = misses.get(place);
    if (isFresh(missed, MISS_MS)) return judge(tenantText, place, hash, missed, generation);

    const begunIn = generation;
    const running = reading.get(`${begunIn}/${place}`);
    if (running || held) {
      return judge(tenantText, place, hash, await (running ?? read(tenantText, id, place)), begunIn);
    }
    if (!takeFromBudget(tenantText)) return { ok: false, reason: 'busy' };
    let spent = false;
    try {
      const verdict = judge(tenantText, place, hash, await read(tenantText, id, place), begunIn);
      spent = !verdict.ok;
      return verdict;
    } finally {
      // Neither a good key nor a store that does not answer is a guess.
      if (!spent) giveBackToBudget(tenantText);
    }
  }

  function read(tenantText: string, id: string, place: string): Promise<Found> {
    const flight = `${generation}/${place}`;
    const askedAtMs = now();
    const begun = (async () => ({ record: await store.get(vouch(tenantText), id), askedAtMs }))().finally(
      () => reading.delete(flight),
    );
    reading.set(flight, begun);
    return begun;
  }

  /** Compares, remembers what came out, and notes the use. */
  function judge(tenantText: string, place: string, hash: string, found: Found, begunIn: number): KeyVerdict {
    const { record } = found;
    const reason = reasonAgainst(record, hash, now());
    const keep = begunIn === generation;
    if (reason !== undefined || record === undefined) {
      good.delete(hash);
      if (keep) misses.set(place, found);
      return { ok: false, reason: reason ?? 'unknown' };
    }
    if (keep) good.set(hash, { ...found, place });
    touch(tenantText, place, record);
    const { key_id: keyId, name, scopes } = record;
    return { ok: true, key: { tenantText, keyId, name, scopes } };
  }

  function touch(tenantText: string, place: string, record: ApiKeyRecord): void {
    const nowMs = now();
    const lastMs = touchedAtMs.get(place) ?? Date.parse(record.last_used_at ?? '1970-01-01T00:00:00Z');
    if (nowMs - lastMs < TOUCH_EVERY_MS || touching.size >= MAX_TOUCHES_AT_ONCE) return;
    touchedAtMs.set(place, nowMs);
    const done = (async () => store.touch(vouch(tenantText), record.key_id, nowMs))()
      .catch(onTouchFailed)
      .finally(() => touching.delete(done));
    touching.add(done);
  }

  function takeFromBudget(tenantText: string): boolean {
    if (!tenantBudget.take(tenantText)) return false;
    if (wholeBudget.take('all')) return true;
    tenantBudget.giveBack(tenantText);
    return false;
  }

  function giveBackToBudget(tenantText: string): void {
    tenantBudget.giveBack(tenantText);
    wholeBudget.giveBack('all');
  }

  return {
    authenticate,
    knows: (text) => parseApiKeyText(text) !== undefined && good.has(hashApiKey(pepper, text)),
    forget(tenantText) {
      generation++;
      const own = `${tenantText}/`;
      // What was good stays known as no guess, but has to be read again.
      for (const [hash, held] of [...good.entries()]) {
        if (held.place.startsWith(own)) good.set(hash, { ...held, askedAtMs: Number.NEGATIVE_INFINITY });
      }
      for (const place of [...misses.keys()]) if (place.startsWith(own)) misses.delete(place);
    },
    async settled() {
      await Promise.all(touching);
    },
  };
}

function reasonAgainst(
  record: ApiKeyRecord | undefined,
  hash: string,
  nowMs: number,
): KeyRejection | undefined {
  if (record === undefined) return 'unknown';
  if (!sameHash(record.hash, hash)) return 'wrong';
  const state = apiKeyState(record, nowMs);
  return state === 'live' ? undefined : state;
}
