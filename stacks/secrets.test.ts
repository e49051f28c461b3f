import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { keyPepperSchema } from '../core/identity/keys/key-pepper.ts';
import { acceptedGenerations } from './generations.ts';
import { keyPepperOf } from './key-pepper-of.ts';
import { serviceKeysOf } from './service-keys.ts';

describe('moving on by one generation', () => {
  it('meets nobody who does not know what is used now', () => {
    for (const from of [1, 2, 7]) {
      const to = from + 1;
      expect(acceptedGenerations(from)).toContain(to);
      expect(acceptedGenerations(to)).toContain(from);
    }
  });

  it('and back again as well', () => {
    expect(acceptedGenerations(1)).toEqual([0, 1, 2]);
    expect(acceptedGenerations(2)).toContain(1);
  });
});

test('the pepper of API keys is written as the functions read it', () => {
  for (const byte of [0, 1, 62, 63, 255]) {
    const bytes = Buffer.alloc(32, byte);
    const { pepper } = keyPepperSchema.parse(keyPepperOf(bytes.toString('base64')));
    expect(Buffer.from(pepper, 'base64url')).toEqual(bytes);
  }
});

describe('the keys of the services', () => {
  const pem = () =>
    generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const [previous, current, next] = [pem(), pem(), pem()];
  const keys = serviceKeysOf(current, [previous, current, next]);

  it('sign with the current one, which the second of the set checks', () => {
    const message = Buffer.from('a');
    const signature = sign(null, message, createPrivateKey({ key: keys.private_jwk, format: 'jwk' }));
    const checks = keys.public_jwks.keys.map((key) =>
      verify(null, message, createPublicKey({ key, format: 'jwk' }), signature),
    );
    expect(checks).toEqual([false, true, false]);
  });

  it('hold no private half in the public set', () => {
    expect(keys.private_jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519', d: expect.any(String) });
    for (const key of keys.public_jwks.keys) expect(Object.keys(key).toSorted()).toEqual(['crv', 'kty', 'x']);
  });
});
