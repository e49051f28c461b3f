import type { TenantId } from '../../tenants/tenant-id.ts';
import type { Revocations } from './revocations.ts';

/**
 * Where it is kept which tokens of a tenant were taken back, each tenant's in its own partition. Every change raises the
 * tenant's `auth_epoch` with it, both or neither, so that every process learns of it with its next admission; what
 * changes nothing raises nothing. Contract suite: `revocation-store.contract.ts`. Adapters:
 * `revocation-store.dynamo.ts`, `revocation-store.memory.ts`.
 */
export interface RevocationStore {
  /** As it is now, not as it was a moment ago; nothing revoked where there is no such tenant. */
  get(tenant: TenantId): Promise<Revocations>;
  /**
   * Takes a token back by its `jti`, and forgets entries whose time is over.
   *
   * @returns what is taken back now; `too-many`: there are as many already, still needed, as fit (`MAX_REVOKED_TOKENS`).
   */
  revokeToken(
    tenant: TenantId,
    id: string,
    nowMs: number,
  ): Promise<Revocations | 'too-many' | 'unknown-tenant'>;
  /** Takes back all tokens issued before this moment, in whole epoch seconds. An earlier one changes nothing. */
  revokeIssuedBefore(
    tenant: TenantId,
    issuedBeforeS: number,
    nowMs: number,
  ): Promise<Revocations | 'unknown-tenant'>;
}
