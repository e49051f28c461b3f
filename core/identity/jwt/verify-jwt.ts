import { compactVerify } from 'jose';
import { type CompactToken, readCompactToken } from './compact-token.ts';
import type { TrustedIssuer } from './issuers.ts';
import { createFixedKeys, createJwksCache, type FetchKeys, type KeySource } from './jwks-cache.ts';
import { own, readClaims, type VerifiedToken } from './read-claims.ts';
import { TokenRejected } from './token-rejected.ts';
import { type VerificationKey, verificationKeys } from './verification-key.ts';

export interface JwtVerifierOptions {
  readonly issuers: readonly TrustedIssuer[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Reaches the addresses of the settings, and no other. */
  readonly fetch: FetchKeys;
}

export interface JwtVerifier {
  /**
   * What the token says, if a trusted issuer says it to us, now.
   *
   * @throws {TokenRejected} and nothing else.
   */
  verify(token: string): Promise<VerifiedToken>;
}

interface Known {
  readonly trusted: TrustedIssuer;
  readonly algorithms: ReadonlySet<string>;
  readonly source: KeySource;
}

/**
 * Verifies tokens of the trusted issuers (RFC 7519 with the advice of RFC 8725). The token chooses nothing but which
 * of the issuers' keys it is measured with: form, claims and algorithm are checked first, so that only a token that
 * would otherwise be good costs a signature or reaches the issuer. The library sees the signature alone.
 */
export function createJwtVerifier({ issuers, now, fetch }: JwtVerifierOptions): JwtVerifier {
  const known = new Map(
    issuers.map((trusted): [string, Known] => [
      trusted.issuer,
      { trusted, algorithms: new Set(trusted.algorithms), source: sourceOf(trusted, { now, fetch }) },
    ]),
  );

  return {
    async verify(token) {
      if (typeof token !== 'string') throw new TokenRejected('malformed');
      const parts = readCompactToken(token);
      const iss = own(parts.payload, 'iss');
      const issuer = typeof iss === 'string' ? known.get(iss) : undefined;
      if (!issuer) throw new TokenRejected('issuer-unknown', 'iss');
      if (!issuer.algorithms.has(parts.algorithm)) throw new TokenRejected('algorithm-refused', 'alg');
      const verified = readClaims(parts.payload, issuer.trusted, now() / 1_000);
      const key = await chooseKey(issuer.source, parts);
      await checkSignature(token, key);
      return verified;
    },
  };
}

function sourceOf(trusted: TrustedIssuer, deps: Omit<JwtVerifierOptions, 'issuers'>): KeySource {
  const { jwks, jwks_uri } = trusted;
  if (jwks) return createFixedKeys(() => verificationKeys(jwks));
  if (jwks_uri === undefined) throw new TypeError('an issuer without keys');
  return createJwksCache({ ...deps, address: jwks_uri });
}

/**
 * The one key that the token can be measured with. A name that two keys bear, or no name where there are several keys
 * of the algorithm, is no choice: trying them all would let a token multiply its cost.
 */
async function chooseKey(source: KeySource, { kid, algorithm }: CompactToken): Promise<VerificationKey> {
  let named: readonly VerificationKey[];
  try {
    named = await source.keys(kid);
  } catch {
    throw new TokenRejected('keys-unavailable');
  }
  const [key, another] = named.filter((candidate) => candidate.algorithm === algorithm);
  if (!key && named.length > 0) throw new TokenRejected('algorithm-refused', 'alg');
  if (!key || another) throw new TokenRejected('key-unknown', 'kid');
  return key;
}

async function checkSignature(token: string, { key, algorithm }: VerificationKey): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [algorithm] });
  } catch {
    throw new TokenRejected('signature-wrong');
  }
}
