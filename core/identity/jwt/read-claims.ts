import { tenantIdText } from '../../tenants/tenant-id.ts';
import { isRole, type Role } from '../roles.ts';
import type { TrustedIssuer } from './issuers.ts';
import { TokenRejected } from './token-rejected.ts';

/** What a token says, once its signature holds. */
export interface VerifiedToken {
  readonly issuer: string;
  /** `sub`: 1 to 200 characters. */
  readonly subject: string;
  /** Of the form of a tenant id. Not branded: whoever establishes the caller vouches for it. */
  readonly tenant: string;
  /** Those that are roles here and that the issuer may give, in the token's order. */
  readonly roles: readonly Role[];
  /** At most 100 each, in the token's order. */
  readonly groups: readonly string[];
  readonly scopes: readonly string[];
  /** `jti`, where the issuer gives one. */
  readonly id: string | undefined;
  /** Epoch seconds. */
  readonly issuedAtS: number;
  readonly expiresAtS: number;
}

type Claims = Readonly<Record<string, unknown>>;

/** For clocks that differ. */
export const leewayS = 60;
export const maxAheadS = 86_400;
const maxText = 200;
const maxEntries = 100;

/**
 * Checks the claims (RFC 7519, section 4.1; RFC 9068, section 4) and reads what we use of them.
 *
 * @param nowS epoch seconds, with their fraction.
 * @throws {TokenRejected} with the claim's name; never with what it says.
 */
export function readClaims(claims: Claims, trusted: TrustedIssuer, nowS: number): VerifiedToken {
  if (own(claims, 'iss') !== trusted.issuer) throw new TokenRejected('issuer-unknown', 'iss');
  checkAudience(own(claims, 'aud'), trusted.audience);
  const { expiresAtS, issuedAtS } = readTimes(claims, nowS);
  const id = own(claims, 'jti');
  return {
    issuer: trusted.issuer,
    subject: text(own(claims, 'sub'), 'sub'),
    tenant: readTenant(own(claims, trusted.tenant_claim), trusted),
    roles: readRoles(own(claims, trusted.roles_claim), trusted),
    groups: texts(own(claims, trusted.groups_claim), trusted.groups_claim),
    scopes: readScopes(own(claims, 'scope')),
    id: id === undefined ? undefined : text(id, 'jti'),
    issuedAtS,
    expiresAtS,
  };
}

/** A claim of the object itself: `constructor` and the like are not claims. */
export const own = (claims: Claims, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

function checkAudience(aud: unknown, audience: string): void {
  const list = Array.isArray(aud) ? aud : [aud];
  const wellFormed = list.length <= maxEntries && list.every((entry) => typeof entry === 'string');
  if (!wellFormed || !list.includes(audience)) throw new TokenRejected('audience-refused', 'aud');
}

function readTimes(claims: Claims, nowS: number) {
  const expiresAtS = second(own(claims, 'exp'), 'exp');
  const issuedAtS = second(own(claims, 'iat'), 'iat');
  const notBefore = own(claims, 'nbf');
  const notBeforeS = notBefore === undefined ? 0 : second(notBefore, 'nbf');
  if (nowS >= expiresAtS + leewayS) throw new TokenRejected('expired', 'exp');
  // One of the two is wrong then, and revocation goes by both.
  if (expiresAtS <= issuedAtS) throw new TokenRejected('claim-refused', 'exp');
  // The issuer's clock may run before ours here, too: a token of exactly 24 h must not fail in its first seconds.
  if (expiresAtS > nowS + maxAheadS + leewayS) throw new TokenRejected('lives-too-long', 'exp');
  // Measured by the issuer's clock alone. A token whose end lies further off would be refused now and taken in its last
  // 24 h, when nobody remembers any more that it was revoked (`KEPT_AFTER_REVOCATION_S`).
  if (expiresAtS - issuedAtS > maxAheadS + leewayS) throw new TokenRejected('lives-too-long', 'exp');
  if (notBeforeS > nowS + leewayS) throw new TokenRejected('not-yet-valid', 'nbf');
  if (issuedAtS > nowS + leewayS) throw new TokenRejected('not-yet-valid', 'iat');
  return { expiresAtS, issuedAtS };
}

function second(value: unknown, claim: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new TokenRejected('claim-refused', claim);
  }
  return value;
}

function readTenant(value: unknown, { tenant_claim, tenants }: TrustedIssuer): string {
  const parsed = tenantIdText.safeParse(value);
  const spokenFor = parsed.success && (tenants === undefined || tenants.includes(parsed.data));
  if (!spokenFor) throw new TokenRejected('tenant-refused', tenant_claim);
  return parsed.data;
}

/** Names that are no role, or none that this issuer may give, say nothing. */
function readRoles(value: unknown, { roles_claim, roles }: TrustedIssuer): readonly Role[] {
  return texts(value, roles_claim)
    .filter(isRole)
    .filter((role) => roles.includes(role));
}

/** Something to compare and to log: not empty, not long, no control characters. */
function text(value: unknown, claim: string): string {
  if (typeof value !== 'string' || value === '' || value.length > maxText || /\p{Cc}/u.test(value)) {
    throw new TokenRejected('claim-refused', claim);
  }
  return value;
}

function texts(value: unknown, claim: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > maxEntries) throw new TokenRejected('claim-refused', claim);
  return value.map((entry) => text(entry, claim));
}

/** RFC 6749, section 3.3: names of visible ASCII, one space between two. */
function readScopes(value: unknown): readonly string[] {
  if (value === undefined || value === '') return [];
  if (typeof value !== 'string') throw new TokenRejected('claim-refused', 'scope');
  const names = value.split(' ');
  const sound = (name: string) => name.length <= maxText && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name);
  if (names.length > maxEntries || !names.every(sound)) throw new TokenRejected('claim-refused', 'scope');
  return names;
}
