import type { TenantId } from '../../tenants/tenant-id.ts';
import type { ApiKeyRecord, ApiKeySummary } from './api-key.ts';

/**
 * Where tenants' API keys are kept, each in its tenant's own partition. Contract suite: `api-key-store.contract.ts`.
 * Adapters: `api-key-store.dynamo.ts`, `api-key-store.memory.ts`.
 */
export interface ApiKeyStore {
  /**
   * Stores a new key if the tenant exists, has fewer than `MAX_LIVE_KEYS` that are neither revoked nor expired at the
   * record's `created_at`, and the id is free; otherwise writes nothing and says which of them it was.
   */
  create(
    tenant: TenantId,
    record: ApiKeyRecord,
  ): Promise<'created' | 'too-many' | 'id-taken' | 'unknown-tenant'>;
  /** The key as it is now, not as it was a moment ago; `undefined` when the tenant has no such key. */
  get(tenant: TenantId, keyId: string): Promise<ApiKeyRecord | undefined>;
  /**
   * The tenant's keys, the newest first, without their hashes; expired and revoked ones for `KEPT_AFTER_END_MS` or a
   * little longer.
   */
  list(tenant: TenantId): Promise<readonly ApiKeySummary[]>;
  /**
   * Revokes a key and raises the tenant's `auth_epoch`, both or neither, so that every process learns of it with its next
   * admission. A key that is revoked already stays as it is, and the epoch too.
   *
   * @returns the key, or `undefined` when the tenant has no such key.
   */
  revoke(tenant: TenantId, keyId: string, nowMs: number): Promise<ApiKeySummary | undefined>;
  /** Notes that the key was used, unless that is noted within the last minute or the key is gone. */
  touch(tenant: TenantId, keyId: string, nowMs: number): Promise<void>;
}

/** How exact `last_used_at` is. */
export const TOUCH_EVERY_MS = 60_000;
