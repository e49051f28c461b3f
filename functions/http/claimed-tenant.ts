import { readCompactToken } from '../../core/identity/jwt/compact-token.ts';
import type { TrustedIssuer } from '../../core/identity/jwt/issuers.ts';
import { own } from '../../core/identity/jwt/read-claims.ts';
import { tenantIdText } from '../../core/tenants/tenant-id.ts';

/** The tenant that a bad token names; nothing of it is proven. */
export type ClaimedTenant = (token: string) => string | undefined;

/** Reads the claim that each trusted issuer says the tenant in, of tokens that say they come from it. */
export function createClaimedTenant(issuers: readonly TrustedIssuer[]): ClaimedTenant {
  const claimOf = new Map(issuers.map(({ issuer, tenant_claim }) => [issuer, tenant_claim]));
  return (token) => {
    const payload = payloadOf(token);
    const issuer = payload && own(payload, 'iss');
    const claim = typeof issuer === 'string' ? claimOf.get(issuer) : undefined;
    return payload && claim !== undefined ? tenantIdText.safeParse(own(payload, claim)).data : undefined;
  };
}

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return readCompactToken(token).payload;
  } catch {
    return undefined;
  }
}
