import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createServiceTokenSigner, createServiceTokenVerifier } from './service-token.ts';

const acme = vouchForTenant('acme');

async function newKey(): Promise<{ private: JWK; public: JWK }> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { private: await exportJWK(pair.privateKey), public: await exportJWK(pair.publicKey) };
}

const [previous, current, next, foreign] = await Promise.all([newKey(), newKey(), newKey(), newKey()]);
const signedWith = async (key: { private: JWK }) =>
  (await createServiceTokenSigner(key.private))(acme, 'rag');
const accepted = [previous.public, current.public, next.public];

test('a token of the previous, the current and the next key is taken, one of any other is not', async () => {
  const verify = await createServiceTokenVerifier(accepted, 'rag');
  for (const key of [previous, current, next]) expect(await verify(await signedWith(key))).toBe('acme');
  await expect(verify(await signedWith(foreign))).rejects.toThrow();
});

test('a token for one service is worthless at another', async () => {
  const verify = await createServiceTokenVerifier(accepted, 'orchestrator');
  await expect(verify(await signedWith(current))).rejects.toThrow();
});

test('a token that names an accepted key and is signed with another is refused', async () => {
  const { kid } = JSON.parse(
    Buffer.from((await signedWith(current)).split('.')[0] ?? '', 'base64url').toString(),
  );
  const { importJWK } = await import('jose');
  const forged = await new SignJWT({ tenant_id: 'acme' })
    .setProtectedHeader({ alg: 'EdDSA', kid })
    .setIssuer('atrium-router')
    .setAudience('rag')
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(await importJWK(foreign.private, 'EdDSA'));
  const verify = await createServiceTokenVerifier(accepted, 'rag');
  await expect(verify(forged)).rejects.toThrow();
});

test('a name that comes with an accepted key decides nothing', async () => {
  const verify = await createServiceTokenVerifier([{ ...current.public, kid: 'mine' }], 'rag');
  expect(await verify(await signedWith(current))).toBe('acme');
});
