import type { TenantId } from '../../tenants/tenant-id.ts';
import { type ApiKeyRecord, apiKeyState, MAX_LIVE_KEYS, summaryOf } from './api-key.ts';
import { type ApiKeyStore, TOUCH_EVERY_MS } from './api-key-store.ts';

export interface MemoryApiKeyStore extends ApiKeyStore {
  /** How often the tenant's credentials have changed, as admission would say. */
  authEpochOf(tenant: TenantId): number;
}

/**
 * Keys within one process: for tests and tools. Nothing is ever cleaned away.
 *
 * @param exists which tenants there are; all, unless said otherwise.
 */
export function createMemoryApiKeyStore(
  exists: (tenant: TenantId) => boolean = () => true,
): MemoryApiKeyStore {
  const stored = new Map<TenantId, Map<string, ApiKeyRecord>>();
  const epochs = new Map<TenantId, number>();
  const keysOf = (tenant: TenantId) => [...(stored.get(tenant)?.values() ?? [])];
  const iso = (ms: number) => new Date(ms).toISOString();

  return {
    async create(tenant, record) {
      if (!exists(tenant)) return 'unknown-tenant';
      const own = stored.get(tenant) ?? new Map<string, ApiKeyRecord>();
      const at = Date.parse(record.created_at);
      if (keysOf(tenant).filter((key) => apiKeyState(key, at) === 'live').length >= MAX_LIVE_KEYS) {
        return 'too-many';
      }
      if (own.has(record.key_id)) return 'id-taken';
      stored.set(tenant, own.set(record.key_id, structuredClone(record)));
      return 'created';
    },
    async get(tenant, keyId) {
      return structuredClone(stored.get(tenant)?.get(keyId));
    },
    async list(tenant) {
      return keysOf(tenant)
        .map(summaryOf)
        .sort((a, b) => b.created_at.localeCompare(a.created_at));
    },
    async revoke(tenant, keyId, nowMs) {
      const found = stored.get(tenant)?.get(keyId);
      if (!found) return undefined;
      if (found.revoked_at === undefined) {
        found.revoked_at = iso(nowMs);
        epochs.set(tenant, (epochs.get(tenant) ?? 0) + 1);
      }
      return summaryOf(found);
    },
    async touch(tenant, keyId, nowMs) {
      const found = stored.get(tenant)?.get(keyId);
      if (found && Date.parse(found.last_used_at ?? iso(0)) <= nowMs - TOUCH_EVERY_MS) {
        found.last_used_at = iso(nowMs);
      }
    },
    authEpochOf: (tenant) => epochs.get(tenant) ?? 0,
  };
}
