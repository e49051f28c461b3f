import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { readServiceKeys } from './service-keys.ts';

const half = { kty: 'OKP', crv: 'Ed25519', x: 'eA' };
const other = { ...half, x: 'b3RoZXI' };
const privateHalf = { ...half, d: 'c2VjcmV0' };
const holding = (secret: unknown) =>
  ({ send: async () => ({ SecretString: JSON.stringify(secret) }) }) as unknown as SecretsManagerClient;

test('the keys are the private one and all that are accepted', async () => {
  const keys = await readServiceKeys(
    holding({ private_jwk: privateHalf, public_jwks: { keys: [other, half] } }),
    'keys',
  );
  expect(keys).toEqual({ privateJwk: privateHalf, publicJwks: [other, half] });
});

test.each([
  ['no keys', {}],
  ['an empty set', { private_jwk: privateHalf, public_jwks: { keys: [] } }],
  ['six keys', { private_jwk: privateHalf, public_jwks: { keys: Array(6).fill(half) } }],
  ['another kind of key', { private_jwk: privateHalf, public_jwks: { keys: [{ ...half, kty: 'EC' }] } }],
  [
    'a private key whose public half is missing',
    { private_jwk: privateHalf, public_jwks: { keys: [other] } },
  ],
])('a secret with %s is refused by its name, never its content', async (_what, secret) => {
  const failure = await readServiceKeys(holding(secret), 'stage/keys').catch(String);
  expect(failure).toContain('stage/keys');
  expect(failure).not.toContain(privateHalf.d);
});
