import { TokenRejected } from '../../core/identity/jwt/token-rejected.ts';
import type { JwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import type { KnownRevocations } from '../../core/identity/revocations/known-revocations.ts';
import { isRevoked, type Revocations } from '../../core/identity/revocations/revocations.ts';
import { actionsOfRoles } from '../../core/identity/roles.ts';
import { uncheckable, unproven } from '../../core/identity/unproven.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import type { Caller } from './caller.ts';

/** `Bearer` and one token (RFC 6750, 2.1). A header that was sent twice has a comma, which no token contains. */
const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/**
 * The caller that a token proves. Of revocations only what this process knows already is looked at here; the caller's
 * proof asks for the rest.
 *
 * @throws {Problem} `unauthenticated`, the same for every token that proves nothing and for one that was revoked;
 *   `unavailable` while an issuer's keys cannot be had.
 */
export async function callerFromToken(
  tokens: JwtVerifier,
  revocations: KnownRevocations,
  credential: string,
): Promise<Caller> {
  const text = bearer.exec(credential.trim())?.[1];
  if (text === undefined) throw unproven();
  const token = await tokens.verify(text).catch(rejected);
  const tenant = vouchForTenant(token.tenant);
  const holds = (now: Revocations) => !isRevoked(now, token);
  const known = revocations.known(tenant);
  if (known && !holds(known)) throw unproven(new TokenRejected('revoked'));
  return {
    tenant,
    mode: 'jwt',
    subject: token.subject,
    roles: token.roles,
    actions: actionsOfRoles(token.roles),
    scopes: token.scopes,
    groups: token.groups,
    proof: {
      holdsAt: async (authEpoch) => holds(await revocations.at(tenant, authEpoch)),
      holdsNow: async () => holds(await revocations.now(tenant)),
    },
  };
}

function rejected(error: unknown): never {
  if (!(error instanceof TokenRejected)) throw error;
  if (error.reason !== 'keys-unavailable') throw unproven(error);
  throw uncheckable(error, 5);
}
