import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { TrustedIssuer } from '../../core/identity/jwt/issuers.ts';
import type { JwtAlgorithm } from '../../core/identity/jwt/verification-key.ts';

/** A key pair with its public half as an issuer publishes it. */
export interface SigningKey {
  readonly algorithm: JwtAlgorithm;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>> & { readonly kid: string };
}

/** 2026-01-01T00:00:00Z, where these tests' clock stands. */
export const clockS = 1_767_225_600;

/** Makes a key pair, named `kid`. */
export function signingKey(algorithm: JwtAlgorithm, kid: string): SigningKey {
  const { privateKey, publicKey } = pairOf(algorithm);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
  return { algorithm, privateKey, publicKey, jwk };
}

function pairOf(algorithm: JwtAlgorithm) {
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2_048 });
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('ed25519');
}

/** Base64url of bytes, of a text as it stands, or of an object's JSON. */
export const encoded = (value: object | string | Uint8Array): string =>
  Buffer.from(
    typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
  ).toString('base64url');

/** What is signed and by what: everything can be given as it should not be. */
export function signed(
  header: object | string | Uint8Array,
  payload: object | string | Uint8Array,
  key: KeyObject,
): string {
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${encoded(signatureOf(input, key))}`;
}

/** The signature that RFC 7518 asks for with this kind of key. */
export function signatureOf(input: string, key: KeyObject): Buffer {
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
}

/** A good payload for `issuerOf`. */
export const claims = (changed: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  iss: 'https://issuer.example/',
  aud: 'atrium',
  sub: 'user-1',
  tenant_id: 't1',
  roles: ['editor'],
  iat: clockS - 10,
  exp: clockS + 3_600,
  jti: 'token-1',
  ...changed,
});

/** An issuer of the settings with these keys. */
export const issuerOf = (
  keys: readonly SigningKey[],
  changed: Partial<TrustedIssuer> = {},
): TrustedIssuer => ({
  issuer: 'https://issuer.example/',
  audience: 'atrium',
  jwks: { keys: keys.map(({ jwk }) => jwk) },
  algorithms: [...new Set(keys.map(({ algorithm }) => algorithm))],
  tenant_claim: 'tenant_id',
  roles_claim: 'roles',
  groups_claim: 'groups',
  roles: ['owner', 'editor', 'member', 'auditor'],
  ...changed,
});

/** A sound token by this key. */
export const tokenBy = (
  { privateKey, algorithm, jwk }: SigningKey,
  changed: Readonly<Record<string, unknown>> = {},
): string => signed({ alg: algorithm, typ: 'JWT', kid: jwk.kid }, claims(changed), privateKey);
