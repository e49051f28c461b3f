import type { Proof } from '../../core/identity/proof.ts';
import type { Action, Role } from '../../core/identity/roles.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';

/** How a stage lets callers say who they are: by a header that proves nothing, an issuer's token, or an API key. */
export const authModes = ['header', 'jwt', 'key'] as const;
export type AuthMode = (typeof authModes)[number];

/** Who asks, established by the authenticator before any handler runs. */
export interface Caller {
  readonly tenant: TenantId;
  /** How the tenant was proven; `header` proves nothing and is for the local stage. */
  readonly mode: AuthMode;
  /** Whom the credential was given to; nobody in particular in header mode. */
  readonly subject?: string;
  /** Held in the tenant; whoever comes with an API key has none. */
  readonly roles: readonly Role[];
  /** What the caller may do: by its roles, or by the scopes of its key. */
  readonly actions: readonly Action[];
  /** What the credential may do besides, such as `delegate`: speak for any user of the tenant. */
  readonly scopes: readonly string[];
  /** Groups of the tenant that it belongs to: they bound which documents it can be answered from. */
  readonly groups: readonly string[];
  /** When the caller's API key ends, in epoch milliseconds; absent of other callers and of a key without an end. */
  readonly keyEndsAtMs?: number;
  /** Whether the credential still holds, which it may not do for as long as it says. */
  readonly proof: Proof;
}
