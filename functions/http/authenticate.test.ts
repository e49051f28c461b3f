import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createJwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { createSecretsClient } from '../../core/identity/read-secret.ts';
import { createKnownRevocations } from '../../core/identity/revocations/known-revocations.ts';
import { createMemoryRevocationStore } from '../../core/identity/revocations/revocation-store.memory.ts';
import { Problem } from '../../core/problems/problem.ts';
import { createTenantCredentials } from '../../core/tenants/create-tenant-credentials.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createApp } from './app.ts';
import { authenticate, createAuthenticator } from './authenticate.ts';
import {
  authenticatorEnvironment,
  composeAuthenticator,
  createStageAuthenticator,
} from './authenticator-environment.ts';
import type { Caller } from './caller.ts';

const issuer = 'https://issuer.example';
const keys = await generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
const trusted = { issuer, audience: 'atrium', algorithms: ['ES256'], jwks: { keys: [jwk] } };
const schema = z.object(authenticatorEnvironment);
const revocations = createMemoryRevocationStore();
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
    const { authenticator } = createStageAuthenticator(envOf(modes), { revocations, log: () => {} });
    return await authenticator({ headers: new Headers(headers), address: undefined });
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
    const authenticator = createAuthenticator({
      modes: ['jwt'],
      tokens,
      revocations: createKnownRevocations({ store: revocations }),
    });
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

test('a stage that takes credentials must be able to judge them', async () => {
  const env = schema.parse({ AUTH_MODES: 'jwt' });
  expect(() => createStageAuthenticator(env)).toThrow(/AUTH_ISSUERS/);
  expect(() => createStageAuthenticator(envOf('jwt'))).toThrow(TypeError);
  expect(() => createStageAuthenticator(envOf('key'))).toThrow(TypeError);
  const keyless = { ...envOf('header,key'), TABLE_NAME: 'main' };
  const by = { secrets: createSecretsClient(), credentials: createTenantCredentials({}) };
  await expect(composeAuthenticator(keyless, by)).rejects.toThrow(/KEY_PEPPER_SECRET_NAME/);
  expect(() => createAuthenticator({ modes: ['jwt'] })).toThrow(TypeError);
});

describe('whether a credential still holds', () => {
  const away = () => Promise.reject(new Error('the store is away'));
  const call = async (
    confirm: 'now' | 'at-admission' | undefined,
    holdsNow: () => Promise<boolean>,
    path: string,
  ) => {
    let [reached, asked] = [false, 0];
    const app = createApp({ log: () => {} });
    const caller: Caller = {
      tenant: vouchForTenant('t1'),
      mode: 'jwt',
      roles: [],
      actions: [],
      scopes: [],
      groups: [],
      proof: {
        holdsAt: async () => true,
        holdsNow: () => {
          asked++;
          return holdsNow();
        },
      },
    };
    app.use(
      '/tenant/:tenant_id/*',
      authenticate(async () => caller, confirm && { confirm }),
    );
    app.all('/tenant/:tenant_id/x', (c) => {
      reached = true;
      return c.text('');
    });
    const { status } = await app.request(path);
    return { status, reached, asked };
  };
  const own = '/tenant/t1/x';

  test('is asked before the handler runs, unless admission will tell', async () => {
    const letIn = { status: 200, reached: true };
    expect(await call('now', async () => true, own)).toEqual({ ...letIn, asked: 1 });
    expect(await call(undefined, async () => true, own)).toEqual({ ...letIn, asked: 1 });
    expect(await call('at-admission', away, own)).toEqual({ ...letIn, asked: 0 });
  });

  test('closes the door when it does not, and when nobody can say', async () => {
    expect(await call('now', async () => false, own)).toEqual({ status: 401, reached: false, asked: 1 });
    expect(await call('now', away, own)).toEqual({ status: 503, reached: false, asked: 1 });
  });

  test('is not asked of a store for a request that names another tenant', async () => {
    expect(await call('now', away, '/tenant/t2/x')).toEqual({ status: 403, reached: false, asked: 0 });
    expect(await call('now', away, '/tenant/T2/x')).toEqual({ status: 400, reached: false, asked: 0 });
  });
});
