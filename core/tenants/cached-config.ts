import { LRUCache } from 'lru-cache';
import type { ConfigStore } from './config-store.ts';
import type { StoredConfig } from './schema.ts';
import type { TenantId } from './tenant-id.ts';

export interface CachedConfigsOptions {
  readonly store: ConfigStore;
  /** Milliseconds of a clock that does not jump back. */
  readonly now: () => number;
  readonly maxTenants?: number;
}

export interface CachedConfigs {
  /**
   * The tenant's configuration, at most 30 s old, or at most 15 min old while the store does not answer; `undefined` when
   * there is no such tenant.
   *
   * @throws {ConfigUnavailable} when the store does not answer and no copy is young enough.
   */
  get(tenant: TenantId): Promise<StoredConfig | undefined>;
  /**
   * Reads the configuration anew, for when admission reports a version newer than the one held. A read that had begun
   * before is used only if it brought `version` or a later one.
   *
   * @throws {ConfigUnavailable} when the store does not answer: a copy that is known to be outdated is not served here.
   */
  reload(tenant: TenantId, version?: number): Promise<StoredConfig | undefined>;
}

export class ConfigUnavailable extends Error {
  override readonly name = 'ConfigUnavailable';
}

const FRESH_MS = 30_000;
const BRIDGE_MS = 15 * 60_000;
const ABSENT_MS = 1_000;
/** After a failure the old copy is served at once for so long, so that not every request waits for a dead store. */
const HOLD_OFF_MS = 5_000;

interface Entry {
  readonly stored: StoredConfig;
  readonly readAtMs: number;
}

/** A bounded cache of configurations in front of the store; one read at a time for each tenant. */
export function createCachedConfigs({ store, now, maxTenants = 5_000 }: CachedConfigsOptions): CachedConfigs {
  const entries = new LRUCache<TenantId, Entry>({ max: maxTenants });
  // Apart from the entries: made-up tenant names must not push real ones out.
  const absentUntilMs = new LRUCache<TenantId, number>({ max: 1_000 });
  const holdOffUntilMs = new LRUCache<TenantId, number>({ max: maxTenants });
  const reading = new Map<TenantId, Promise<StoredConfig | undefined>>();

  /** Joins the read that is under way, or begins one. */
  function read(tenant: TenantId): Promise<StoredConfig | undefined> {
    const running = reading.get(tenant);
    if (running) return running;
    const begun = readStore(tenant).finally(() => reading.delete(tenant));
    reading.set(tenant, begun);
    return begun;
  }

  async function readStore(tenant: TenantId): Promise<StoredConfig | undefined> {
    // The copy is as old as the beginning of the read.
    const readAtMs = now();
    try {
      const stored = await store.get(tenant);
      holdOffUntilMs.delete(tenant);
      if (stored) {
        entries.set(tenant, { stored, readAtMs });
        absentUntilMs.delete(tenant);
      } else {
        entries.delete(tenant);
        absentUntilMs.set(tenant, readAtMs + ABSENT_MS);
      }
      return stored;
    } catch (cause) {
      holdOffUntilMs.set(tenant, now() + HOLD_OFF_MS);
      throw new ConfigUnavailable(`the configuration of ${tenant} cannot be read`, { cause });
    }
  }

  async function get(tenant: TenantId): Promise<StoredConfig | undefined> {
    const entry = entries.get(tenant);
    const ageMs = entry ? now() - entry.readAtMs : Number.POSITIVE_INFINITY;
    if (entry && ageMs < FRESH_MS) return entry.stored;
    if (now() < (absentUntilMs.get(tenant) ?? 0)) return undefined;
    const bridge = entry && ageMs < BRIDGE_MS ? entry.stored : undefined;
    if (bridge && now() < (holdOffUntilMs.get(tenant) ?? 0)) return bridge;
    try {
      return await read(tenant);
    } catch (error) {
      if (bridge && error instanceof ConfigUnavailable) return bridge;
      throw error;
    }
  }

  async function reload(tenant: TenantId, version = 0): Promise<StoredConfig | undefined> {
    const joined = reading.has(tenant);
    const stored = await read(tenant);
    // Without a version nothing tells whether a read that was under way is new enough.
    const enough = version > 0 ? (stored?.version ?? 0) >= version : !joined;
    return enough || !joined ? stored : read(tenant);
  }

  return { get, reload };
}
