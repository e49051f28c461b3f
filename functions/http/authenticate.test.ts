import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createJwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { Problem } from '../../core/problems/problem.ts';
import { createAuthenticator } from './authenticate.ts';
import { authenticatorEnvironment, createStageAuthenticator } from './authenticator-environment.ts';

const issuer = 'https://issuer.example';
const keys = await generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
const trusted = { issuer, audience: 'atrium', algorithms: ['ES256'], jwks: { keys: [jwk] } };
const schema = z.object(authenticatorEnvironment);
const envOf = (modes: string) => schema.parse({ AUTH_MODES: modes, AUTH_ISSUERS: JSON.stringify([trusted]) });

const tokenOf = (claims: Record<string, unknown> = {}, lifeS = 600) =>
  new SignJWT({ tenant_id: 't1', roles: ['editor', 'unheard-of'], scope: 'chat delegate', ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(issuer)
    .setAudience('atrium')
    .setSubject('ann')
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1_000) + lifeS)
    .sign(keys.privateKey);

const ask = async (modes: string, headers: Record<string, string>) => {
  try {
    return await createStageAuthenticator(envOf(modes))({
      headers: new Headers(headers),
      address: undefined,
    });
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
};

describe('a token', () => {
  test('says tenant, user, roles and scopes; roles that nobody knows say nothing', async () => {
    expect(await ask('jwt', { authorization: `Bearer ${await tokenOf()}` })).toMatchObject({
      tenant: 't1',
      mode: 'jwt',
      subject: 'ann',
      roles: ['editor'],
      scopes: ['chat', 'delegate'],
    });
  });

  test('and the header must name one tenant', async () => {
    const authorization = `Bearer ${await tokenOf()}`;
    expect(await ask('jwt', { authorization, 'x-tenant-id': 't1' })).toMatchObject({ tenant: 't1' });
    expect(await ask('jwt', { authorization, 'x-tenant-id': 't2' })).toBe('tenant-mismatch');
    expect(await ask('jwt', { authorization, 'x-tenant-id': 't1, t1' })).toBe('tenant-ambiguous');
    expect(await ask('jwt', { authorization, 'x-tenant-id': 'T1' })).toBe('bad-request');
  });

  test('that is bad is not made up for by the header, even where the header would do', async () => {
    const good = await tokenOf();
    const bad = [
      `Bearer ${good.slice(0, -4)}`,
      `Bearer ${await tokenOf({}, -120)}`,
      `Bearer ${await tokenOf({ tenant_id: ['t1'] })}`,
      `Basic ${good}`,
      `Bearer ${good}, Bearer ${good}`,
      `Bearer ${good} ${good}`,
      'Bearer',
      '',
    ];
    for (const authorization of bad) {
      expect(await ask('header,jwt', { authorization, 'x-tenant-id': 't1' })).toBe('unauthenticated');
    }
  });

  test('is the only proof where headers are none', async () => {
    expect(await ask('jwt', { 'x-tenant-id': 't1' })).toBe('unauthenticated');
    expect(await ask('', { 'x-tenant-id': 't1', authorization: `Bearer ${await tokenOf()}` })).toBe(
      'unauthenticated',
    );
  });

  test('cannot be checked while the issuer is away: that is 503 and nobody is let in', async () => {
    const tokens = createJwtVerifier({
      issuers: schema.parse({
        AUTH_ISSUERS: JSON.stringify([
          { ...trusted, jwks: undefined, jwks_uri: 'https://issuer.example/keys' },
        ]),
      }).AUTH_ISSUERS,
      now: () => Date.now(),
      fetch: async () => {
        throw new Error('away');
      },
    });
    const authenticator = createAuthenticator(['jwt'], tokens);
    const headers = new Headers({ authorization: `Bearer ${await tokenOf()}` });
    await expect(authenticator({ headers, address: undefined })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

test('a header is taken only where the stage says so', async () => {
  expect(await ask('header', { 'x-tenant-id': 't1' })).toMatchObject({ tenant: 't1', roles: ['owner'] });
  expect(await ask('header', {})).toBe('unauthenticated');
});

test('a stage that takes tokens must trust somebody', () => {
  const env = schema.parse({ AUTH_MODES: 'jwt' });
  expect(() => createStageAuthenticator(env)).toThrow(/AUTH_ISSUERS/);
  expect(() => createAuthenticator(['jwt'])).toThrow(TypeError);
});
