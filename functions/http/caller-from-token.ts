import { TokenRejected } from '../../core/identity/jwt/token-rejected.ts';
import type { JwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles, isRole } from '../../core/identity/roles.ts';
import { Problem } from '../../core/problems/problem.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import type { Caller } from './caller.ts';

/** `Bearer` and one token (RFC 6750, 2.1). A header that was sent twice has a comma, which no token contains. */
const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;

/**
 * The caller that a token proves. Roles that nobody here knows say nothing.
 *
 * @throws {Problem} `unauthenticated`, the same for every token that proves nothing; `unavailable` while an issuer's
 *   keys cannot be had.
 */
export async function callerFromToken(tokens: JwtVerifier, credential: string): Promise<Caller> {
  const token = bearer.exec(credential.trim())?.[1];
  if (token === undefined) throw unproven();
  try {
    const { tenant, subject, roles, scopes, groups } = await tokens.verify(token);
    const held = roles.filter(isRole);
    return {
      tenant: vouchForTenant(tenant),
      mode: 'jwt',
      subject,
      roles: held,
      actions: actionsOfRoles(held),
      scopes,
      groups,
      proof: nothingToRevoke,
    };
  } catch (error) {
    if (!(error instanceof TokenRejected)) throw error;
    if (error.reason !== 'keys-unavailable') throw unproven(error);
    throw new Problem('unavailable', 'Who asks cannot be checked at the moment.', {
      retryAfterS: 5,
      cause: error,
    });
  }
}

const unproven = (cause?: unknown) =>
  new Problem('unauthenticated', 'The credential does not prove who asks.', {
    errors: [{ field: 'header:authorization', reason: 'is not a valid token' }],
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    cause,
  });
