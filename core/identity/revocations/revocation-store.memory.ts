import type { TenantId } from '../../tenants/tenant-id.ts';
import type { RevocationStore } from './revocation-store.ts';
import { nothingRevoked, type Revocations, withIssuedBefore, withTokenRevoked } from './revocations.ts';

export interface MemoryRevocationStore extends RevocationStore {
  /** How often the tenant's credentials have changed, as admission would say. */
  authEpochOf(tenant: TenantId): number;
}

/**
 * Revocations within one process: for tests and tools.
 *
 * @param exists which tenants there are; all, unless said otherwise.
 * @param maxTokens live entries a tenant; `MAX_REVOKED_TOKENS`, unless said otherwise.
 */
export function createMemoryRevocationStore(
  exists: (tenant: TenantId) => boolean = () => true,
  maxTokens?: number,
): MemoryRevocationStore {
  const stored = new Map<TenantId, Revocations>();
  const epochs = new Map<TenantId, number>();
  const held = (tenant: TenantId) => stored.get(tenant) ?? nothingRevoked;

  function keep(tenant: TenantId, next: Revocations): Revocations {
    if (next !== held(tenant)) {
      stored.set(tenant, next);
      epochs.set(tenant, (epochs.get(tenant) ?? 0) + 1);
    }
    return next;
  }

  return {
    async get(tenant) {
      return held(tenant);
    },
    async revokeToken(tenant, id, nowMs) {
      if (!exists(tenant)) return 'unknown-tenant';
      const next = withTokenRevoked(held(tenant), id, nowMs, maxTokens);
      return next === 'too-many' ? next : keep(tenant, next);
    },
    async revokeIssuedBefore(tenant, issuedBeforeS, nowMs) {
      if (!exists(tenant)) return 'unknown-tenant';
      return keep(tenant, withIssuedBefore(held(tenant), issuedBeforeS, nowMs));
    },
    authEpochOf: (tenant) => epochs.get(tenant) ?? 0,
  };
}
