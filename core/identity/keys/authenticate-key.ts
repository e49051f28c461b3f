import { LRUCache } from 'lru-cache';
import { type TenantId, vouchForTenant } from '../../tenants/tenant-id.ts';
import { createAttemptBuckets } from '../attempt-buckets.ts';
import { type ApiKeyRecord, apiKeyState, hashApiKey, sameHash } from './api-key.ts';
import { type ApiKeyStore, TOUCH_EVERY_MS } from './api-key-store.ts';
import { parseApiKeyText } from './api-key-text.ts';
import type { ApiKeyScope } from './scopes.ts';

/** Who asks with a key that was found good. */
export interface VerifiedKey {
  /** The tenant whose key it is: the text names it, and the hash that matched covers the text. */
  readonly tenant: TenantId;
  readonly keyId: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly groups: readonly string[];
  /** When it ends, in epoch milliseconds; absent: it has no end. */
  readonly endsAtMs?: number;
}

/**
 * Why a key was not taken; for the log. To the caller all of them are the one 401, except `busy`: too many keys that nobody
 * knows were tried, so this one was not looked up and may be good (429).
 */
export type KeyRejection = 'malformed' | 'unknown' | 'wrong' | 'expired' | 'revoked' | 'busy';

export type KeyVerdict =
  | { readonly ok: true; readonly key: VerifiedKey }
  | { readonly ok: false; readonly reason: KeyRejection };

export interface KeyAuthenticatorOptions {
  readonly store: Pick<ApiKeyStore, 'get' | 'touch'>;
  /** What the keys' hashes are made with; at least 32 bytes. */
  readonly pepper: Uint8Array;
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

/** How new what is known of a key has to be, beyond the 30 s that hold for everybody. */
export interface KeyFreshness {
  /** The store was asked at this moment or later, in epoch milliseconds. */
  readonly sinceMs?: number;
  /**
   * The store was asked after this process had heard of this `auth_epoch` of the tenant, or of a later one. 0: nothing was
   * ever revoked. Whoever says it has it from admission; from then on it holds for all of the tenant's keys here.
   */
  readonly atEpoch?: number;
}

export interface KeyAuthenticator {
  /** @throws what the store throws when it has to be asked and does not answer: nothing is known of the key then. */
  authenticate(text: string, ask?: KeyFreshness): Promise<KeyVerdict>;
  /** Whether this process found the key good before and not bad since: such a one is no guess. */
  knows(text: string): boolean;
  /** Waits until every last use is noted: for after the answer, before a worker may be frozen. */
  settled(): Promise<void>;
}

/** When the store was asked. */
interface Asked {
  readonly askedAtMs: number;
  /** The tenant's latest `auth_epoch` that was heard of when the read began: what was revoked by then is in the answer. */
  readonly epoch: number;
  /** Grows with every read, also when clocks stand still or go back. */
  readonly nth: number;
}
interface Found extends Asked {
  readonly record: ApiKeyRecord | undefined;
}
interface Reading extends Asked {
  readonly found: Promise<Found>;
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
 *
 * Nothing is ever forgotten on a revocation: who asks says how new an answer has to be, and what is older is read again.
 */
export function createKeyAuthenticator(options: KeyAuthenticatorOptions): KeyAuthenticator {
  const { store, pepper, now, cache = {}, onTouchFailed = () => {} } = options;
  const { maxKeys = 10_000, maxMisses = 10_000, missesPerTenant = 60, misses: missesInAll = 600 } = cache;
  hashApiKey(pepper, ''); // Too short a pepper ends the start, not the first request.

  /** By the hash of the key, never by its text: memory that leaks gives nobody a key. */
  const good = new LRUCache<string, Found>({ max: maxKeys });
  const misses = new LRUCache<string, Found>({ max: maxMisses });
  /** The latest epoch that was heard of, by tenant. Losing one costs that a revoked key may get as far as admission. */
  const epochs = new LRUCache<string, number>({ max: maxKeys });
  const touchedAtMs = new LRUCache<string, number>({ max: maxKeys });
  /** By place the read that began last. */
  const reading = new Map<string, Reading>();
  let reads = 0;
  const touching = new Set<Promise<void>>();
  const budget = { periodMs: 60_000, now };
  const tenantBudget = createAttemptBuckets({ ...budget, capacity: missesPerTenant, maxKeys: maxMisses });
  const wholeBudget = createAttemptBuckets({ ...budget, capacity: missesInAll, maxKeys: 2 });

  async function authenticate(text: string, ask: KeyFreshness = {}): Promise<KeyVerdict> {
    const parsed = parseApiKeyText(text);
    if (!parsed) return { ok: false, reason: 'malformed' };
    const tenant = vouchForTenant(parsed.tenantText);
    const hash = hashApiKey(pepper, text);
    const place = `${tenant}/${parsed.id}`;
    const verdictOn = (found: Found) => judge(tenant, place, hash, found);
    const epoch = latestEpoch(tenant, ask.atEpoch ?? 0);
    const isNew = (asked: Asked) => asked.epoch >= epoch && asked.askedAtMs >= (ask.sinceMs ?? 0);

    const held = good.get(hash);
    if (held && isNew(held) && isWithin(GOOD_MS, held)) return verdictOn(held);
    const missed = misses.get(place);
    if (missed && isNew(missed) && isWithin(MISS_MS, missed)) return verdictOn(missed);
    const running = reading.get(place);
    if (running && isNew(running)) return verdictOn(await running.found);
    if (held) return verdictOn(await read(tenant, parsed.id, place, epoch));

    if (!takeFromBudget(tenant)) return { ok: false, reason: 'busy' };
    let spent = false;
    try {
      const verdict = verdictOn(await read(tenant, parsed.id, place, epoch));
      spent = !verdict.ok;
      return verdict;
    } finally {
      // Neither a good key nor a store that does not answer is a guess.
      if (!spent) giveBackToBudget(tenant);
    }
  }

  function isWithin(forMs: number, { askedAtMs }: Asked): boolean {
    const ageMs = now() - askedAtMs;
    return ageMs >= 0 && ageMs < forMs;
  }

  function latestEpoch(tenant: TenantId, heard: number): number {
    const latest = Math.max(heard, epochs.get(tenant) ?? 0);
    if (latest > 0) epochs.set(tenant, latest);
    return latest;
  }

  function read(tenant: TenantId, keyId: string, place: string, epoch: number): Promise<Found> {
    const asked: Asked = { askedAtMs: now(), epoch, nth: ++reads };
    const found = (async () => ({ ...asked, record: await store.get(tenant, keyId) }))().finally(() => {
      if (reading.get(place)?.nth === asked.nth) reading.delete(place);
    });
    reading.set(place, { ...asked, found });
    return found;
  }

  /** Compares, remembers what came out, and notes the use. */
  function judge(tenant: TenantId, place: string, hash: string, found: Found): KeyVerdict {
    const { record } = found;
    const reason = reasonAgainst(record, hash, now());
    // A slow answer to an early question takes the place of no later one.
    const keep = found.nth >= Math.max(good.peek(hash)?.nth ?? 0, misses.peek(place)?.nth ?? 0);
    if (reason !== undefined || record === undefined) {
      if (keep) {
        good.delete(hash);
        misses.set(place, found);
      }
      return { ok: false, reason: reason ?? 'unknown' };
    }
    if (keep) good.set(hash, found);
    touch(tenant, place, record);
    const { key_id: keyId, name, scopes, groups, expires_at } = record;
    const end = expires_at !== undefined && { endsAtMs: Date.parse(expires_at) };
    return { ok: true, key: { tenant, keyId, name, scopes, groups, ...end } };
  }

  function touch(tenant: TenantId, place: string, record: ApiKeyRecord): void {
    const nowMs = now();
    const lastMs = touchedAtMs.get(place) ?? Date.parse(record.last_used_at ?? '1970-01-01T00:00:00Z');
    if (nowMs - lastMs < TOUCH_EVERY_MS || touching.size >= MAX_TOUCHES_AT_ONCE) return;
    touchedAtMs.set(place, nowMs);
    const done = (async () => store.touch(tenant, record.key_id, nowMs))()
      .catch(onTouchFailed)
      .finally(() => touching.delete(done));
    touching.add(done);
  }

  function takeFromBudget(tenant: TenantId): boolean {
    if (!tenantBudget.take(tenant)) return false;
    if (wholeBudget.take('all')) return true;
    tenantBudget.giveBack(tenant);
    return false;
  }

  function giveBackToBudget(tenant: TenantId): void {
    tenantBudget.giveBack(tenant);
    wholeBudget.giveBack('all');
  }

  return {
    authenticate,
    knows: (text) => parseApiKeyText(text) !== undefined && good.has(hashApiKey(pepper, text)),
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
