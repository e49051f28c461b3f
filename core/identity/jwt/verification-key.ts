import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { z } from 'zod';

/** Signatures that are taken: RSASSA-PKCS1-v1_5 with SHA-256, ECDSA on P-256, Ed25519 (RFC 7518, RFC 8037). */
export const jwtAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

/** A public key, and the one algorithm that it may be used with. */
export interface VerificationKey {
  readonly kid: string | undefined;
  readonly algorithm: JwtAlgorithm;
  readonly key: CryptoKey;
}

/** Keys that one issuer may have at a time. */
export const maxKeys = 100;
const rsaBits = { min: 2_048, max: 8_192 };

/** What is read of a JWK (RFC 7517); other members are ignored. */
const jwkSchema = z.object({
  kty: z.string(),
  kid: z.string().max(200).optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  alg: z.string().optional(),
  crv: z.string().optional(),
  x: z.string().optional(),
  y: z.string().optional(),
  n: z.string().optional(),
  e: z.string().optional(),
  // Private and secret parts have no place in a set that others read.
  d: z.undefined().optional(),
  k: z.undefined().optional(),
});

/** A set of keys as JSON (RFC 7517, section 5); which of them can be used is `verificationKeyOf`'s to say. */
export const jwksSchema = z.object({ keys: z.array(z.unknown()).max(maxKeys) });
export type Jwks = z.output<typeof jwksSchema>;

/** The public members that make the key, and its algorithm, if it is a key that is taken. */
export function readJwk(input: unknown): { jwk: JWK; kid?: string; algorithm: JwtAlgorithm } | undefined {
  const parsed = jwkSchema.safeParse(input);
  if (!parsed.success) return undefined;
  const { kty, kid, use, key_ops, alg, crv, x, y, n, e } = parsed.data;
  if (use !== undefined && use !== 'sig') return undefined;
  if (key_ops && !key_ops.includes('verify')) return undefined;
  const found = ((): { jwk: JWK; algorithm: JwtAlgorithm } | undefined => {
    if (kty === 'RSA' && n && e) return { jwk: { kty, n, e }, algorithm: 'RS256' };
    if (kty === 'EC' && crv === 'P-256' && x && y) return { jwk: { kty, crv, x, y }, algorithm: 'ES256' };
    if (kty === 'OKP' && crv === 'Ed25519' && x) return { jwk: { kty, crv, x }, algorithm: 'EdDSA' };
    return undefined;
  })();
  // `Ed25519` is the same algorithm under its newer name (RFC 9864).
  const named = alg === 'Ed25519' ? 'EdDSA' : alg;
  if (!found || (named !== undefined && named !== found.algorithm) || !isSound(found.jwk)) return undefined;
  return kid === undefined ? found : { ...found, kid };
}

/** A point on its curve, or a modulus that is neither weak nor slow. */
function isSound(jwk: JWK): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey({
      key: jwk as JsonWebKey,
      format: 'jwk',
    });
    if (asymmetricKeyType !== 'rsa') return true;
    const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {};
    const odd = publicExponent % 2n === 1n && publicExponent > 1n && publicExponent < 2n ** 33n;
    return modulusLength >= rsaBits.min && modulusLength <= rsaBits.max && odd;
  } catch {
    return false;
  }
}

/** The usable keys of a set, in its order; the others are left out, as RFC 7517 asks. */
export async function verificationKeys({ keys }: Jwks): Promise<readonly VerificationKey[]> {
  const usable = keys.flatMap((key) => readJwk(key) ?? []);
  return Promise.all(
    usable.map(async ({ jwk, kid, algorithm }) => {
      const key = await importJWK(jwk, algorithm);
      // Only secrets come as bytes, and they were left out.
      if (key instanceof Uint8Array) throw new TypeError('not a public key');
      return { kid, algorithm, key };
    }),
  );
}
