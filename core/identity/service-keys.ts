import { hkdfSync } from 'node:crypto';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { JWK } from 'jose';
import { z } from 'zod';
import { readSecret } from './read-secret.ts';

/** Public Ed25519 keys as a JWK set (RFC 7517, 5). */
export const publicJwksSchema = z.object({
  keys: z
    .array(z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }))
    .min(1)
    .max(5),
});

const serviceKeysSchema = z.object({
  private_jwk: z.looseObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    d: z.string(),
  }),
  public_jwks: publicJwksSchema,
});

export interface ServiceKeys {
  readonly privateJwk: JWK & { readonly d: string };
  /** What signatures are checked with: the private key's own half, and while keys are replaced its neighbours'. */
  readonly publicJwks: readonly JWK[];
}

/**
 * Reads the stage's service keys; done once, at cold start.
 *
 * @throws when the secret is missing or malformed, naming it and never its content.
 */
export async function readServiceKeys(
  client: SecretsManagerClient,
  secretName: string,
): Promise<ServiceKeys> {
  const keys = serviceKeysSchema.safeParse(await readSecret(client, secretName));
  if (!keys.success) throw new Error(`The secret ${secretName} does not hold service keys.`);
  const { private_jwk: privateJwk, public_jwks: publicJwks } = keys.data;
  if (!publicJwks.keys.some(({ x }) => x === privateJwk.x)) {
    throw new Error(`The secret ${secretName} holds a private key without its public half.`);
  }
  return { privateJwk: privateJwk as ServiceKeys['privateJwk'], publicJwks: publicJwks.keys as JWK[] };
}

/** A secret of its own for one purpose, derived from the private key (HKDF, RFC 5869). */
export function deriveSecret(privateJwk: { readonly d: string }, purpose: string): string {
  const key = hkdfSync('sha256', Buffer.from(privateJwk.d, 'base64url'), '', `atrium:${purpose}`, 32);
  return Buffer.from(key).toString('base64url');
}
