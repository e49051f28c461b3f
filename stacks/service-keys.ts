import { createPrivateKey, createPublicKey, type JsonWebKey } from 'node:crypto';

/**
 * What the secret of the services holds (JSON): the private key that signs, and the public halves that are accepted.
 *
 * @param current PKCS 8 in PEM, an Ed25519 key.
 * @param accepted the same, `current` among them.
 */
export function serviceKeysOf(
  current: string,
  accepted: readonly string[],
): { readonly private_jwk: JsonWebKey; readonly public_jwks: { readonly keys: readonly JsonWebKey[] } } {
  return {
    private_jwk: createPrivateKey(current).export({ format: 'jwk' }),
    public_jwks: { keys: accepted.map((pem) => createPublicKey(pem).export({ format: 'jwk' })) },
  };
}
