import { beforeEach, describe, expect, test } from 'vitest';
import { createAttempts } from '../../core/identity/attempts.ts';
import { createJwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { newApiKey } from '../../core/identity/keys/api-key.ts';
import { createMemoryApiKeyStore } from '../../core/identity/keys/api-key-store.memory.ts';
import { createKeyAuthenticator } from '../../core/identity/keys/authenticate-key.ts';
import { createKnownRevocations } from '../../core/identity/revocations/known-revocations.ts';
import { createMemoryRevocationStore } from '../../core/identity/revocations/revocation-store.memory.ts';
import { Problem } from '../../core/problems/problem.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { claims, clockS, issuerOf, signed, signingKey, tokenBy } from '../../test/support/signed-tokens.ts';
import { createApp } from './app.ts';
import { type AuthenticatorParts, createAuthenticator } from './authenticate.ts';
import { createStageAuthenticator } from './authenticator-environment.ts';
import { createClaimedTenant } from './claimed-tenant.ts';
import { createCredentialJudge } from './judge-credential.ts';
import type { RefusedCredential } from './refused-credential.ts';

const t1 = vouchForTenant('t1');
const pepper = Buffer.alloc(32, 7);
const mine = signingKey('ES256', 'k1');
const strange = signingKey('ES256', 'k1');
const issuer = issuerOf([mine], { tenant_claim: 'org' });
const here = '192.0.2.1';
const there = '198.51.100.9';

const clock = { ms: clockS * 1_000 };
const now = () => clock.ms;
let counter = 0;
/** Bytes that no other key has. */
const bytes = (size: number) => {
  const made = Buffer.alloc(size);
  made.writeUInt32BE(++counter, 0);
  return made;
};
const newKey = (tenant = 't1') =>
  newApiKey(
    vouchForTenant(tenant),
    { name: 'x', scopes: ['chat'] },
    { pepper, nowMs: now(), randomBytes: bytes },
  );
const goodToken = () => tokenBy(mine, { org: 't1', jti: `j${++counter}` });
const badToken = (org: unknown = 't1') => tokenBy(strange, { org, jti: `j${++counter}` });

let logged: RefusedCredential[];
/** What stores and issuers were asked. */
let asked: string[];
let keyStore: ReturnType<typeof createMemoryApiKeyStore>;
let fails: Error | undefined;

beforeEach(() => {
  clock.ms = clockS * 1_000;
  logged = [];
  asked = [];
  fails = undefined;
  keyStore = createMemoryApiKeyStore();
});

function open(
  modes: AuthenticatorParts['modes'] = ['header', 'jwt', 'key'],
  more: Partial<AuthenticatorParts> = {},
) {
  const verifier = createJwtVerifier({ issuers: [issuer], now, fetch });
  const authenticator = createAuthenticator({
    modes,
    tokens: {
      verify: (token) => {
        asked.push('token');
        return verifier.verify(token);
      },
    },
    revocations: createKnownRevocations({ store: createMemoryRevocationStore() }),
    keys: createKeyAuthenticator({
      store: {
        get: async (tenant, id) => {
          asked.push(`key of ${tenant}`);
          if (fails) throw fails;
          return keyStore.get(tenant, id);
        },
        touch: async () => {},
      },
      pepper,
      now,
    }),
    claimedTenant: createClaimedTenant([issuer]),
    now,
    log: (line) => logged.push(line),
    ...more,
  });
  /** The caller's tenant and mode, or the code of the problem. */
  return async (credential: string | undefined, address: string | undefined = here, tenant?: string) => {
    const headers = new Headers({
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...(tenant !== undefined && { 'x-tenant-id': tenant }),
    });
    try {
      const { tenant: found, mode } = await authenticator({ headers, address });
      return `${found} by ${mode}`;
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  };
}

async function storedKey(tenant = 't1') {
  const { key, record } = newKey(tenant);
  await keyStore.create(vouchForTenant(tenant), record);
  return { key, record };
}

describe('what comes', () => {
  test('is judged as what it looks like, where that is taken', async () => {
    const { key } = await storedKey();
    const token = goodToken();
    expect(await open()(key)).toBe('t1 by key');
    expect(await open()(token)).toBe('t1 by jwt');
    expect(await open(['key'])(token)).toBe('unauthenticated');
    expect(await open(['jwt'])(key)).toBe('unauthenticated');
    expect(await open(['header'])(key, here, 't2')).toBe('t2 by header');
    expect(await open([])(key, here, 't1')).toBe('unauthenticated');
    expect(await open(['key', 'jwt'])(undefined, here, 't1')).toBe('unauthenticated');
  });

  test('is not made up for by the header, and must agree with it', async () => {
    const ask = open();
    const { key } = await storedKey();
    for (const bad of [newKey().key, badToken(), 'x', 'atr_', ''])
      expect(await ask(bad, here, 't1')).toBe('unauthenticated');
    for (const good of [key, goodToken()]) {
      expect(await ask(good, here, 't2')).toBe('tenant-mismatch');
      expect(await ask(good, here, 't1, t1')).toBe('tenant-ambiguous');
      expect(await ask(good, here, 'T1')).toBe('bad-request');
    }
  });
});

describe('failed attempts from an address', () => {
  test('are limited to 20 a minute, and then nobody is asked', async () => {
    const ask = open();
    for (let n = 0; n < 20; n++)
      expect(await ask(n % 2 ? newKey(`t${n}`).key : badToken())).toBe('unauthenticated');
    asked = [];
    const { key } = await storedKey();
    for (const credential of [newKey().key, badToken(), key, goodToken(), 'x']) {
      expect(await ask(credential)).toBe('too-many-attempts');
    }
    expect(asked).toEqual([]);
    expect(await ask(key, there)).toBe('t1 by key');
    clock.ms += 3_000;
    expect(await ask(goodToken())).toBe('t1 by jwt');
  });

  test('say when to come back, and malformed headers are told first', async () => {
    const authenticator = createAuthenticator({
      modes: ['key'],
      keys: createKeyAuthenticator({ store: keyStore, pepper, now }),
      attempts: createAttempts({ now, perAddress: 1 }),
      now,
      log: () => {},
    });
    const problem = async (tenant: string) =>
      authenticator({
        headers: new Headers({ authorization: 'Bearer x', 'x-tenant-id': tenant }),
        address: here,
      }).catch((error: unknown) => error);
    expect(await problem('t1')).toMatchObject({ code: 'unauthenticated' });
    expect(await problem('t1')).toMatchObject({ code: 'too-many-attempts', retryAfterS: 60 });
    expect(await problem('t1,t2')).toMatchObject({ code: 'tenant-ambiguous' });
  });

  test('do not stop credentials that were good here before', async () => {
    const ask = open();
    const [{ key }, token] = [await storedKey(), goodToken()];
    for (const good of [key, token]) await ask(good);
    for (let n = 0; n < 25; n++) await ask(badToken());
    expect(await ask(goodToken())).toBe('too-many-attempts');
    expect([await ask(key), await ask(token)]).toEqual(['t1 by key', 't1 by jwt']);
  });

  test('stop those again that were found bad since', async () => {
    const ask = open();
    const { key, record } = await storedKey();
    const token = tokenBy(mine, { org: 't1', exp: clockS + 100 });
    for (const good of [key, token]) await ask(good);
    await keyStore.revoke(t1, record.key_id, now());
    clock.ms += 200_000;
    for (let n = 0; n < 20; n++) await ask('x');
    // What was good once is judged once more, and then it is a guess like any other.
    for (const credential of [key, token]) expect(await ask(credential)).toBe('unauthenticated');
    for (const credential of [key, token]) expect(await ask(credential)).toBe('too-many-attempts');
  });

  test('are none where no credential came, where one was good, or where nobody could say', async () => {
    const ask = open();
    const { key } = await storedKey();
    for (let n = 0; n < 30; n++) await ask(undefined);
    for (let n = 0; n < 30; n++) expect(await ask(goodToken())).toBe('t1 by jwt');
    fails = new Error('away');
    for (let n = 0; n < 30; n++) expect(await ask(key)).toBe('unavailable');
    fails = undefined;
    expect(await ask(key)).toBe('t1 by key');
    expect(logged).toEqual([]);
  });
});

test('good tokens are remembered in bounded memory, the ones used last', async () => {
  const judge = createCredentialJudge({
    tokens: {
      verifier: createJwtVerifier({ issuers: [issuer], now, fetch }),
      revocations: createKnownRevocations({ store: createMemoryRevocationStore() }),
    },
    claimedTenant: () => undefined,
    attempts: createAttempts({ now, perAddress: 1 }),
    now,
    log: () => {},
    maxTokens: 2,
  });
  const [first, second, third] = [goodToken(), goodToken(), goodToken()];
  for (const token of [first, second, third]) await judge(`Bearer ${token}`, here);
  await expect(judge('Bearer x', here)).rejects.toMatchObject({ code: 'unauthenticated' });
  for (const token of [second, third]) {
    expect(await judge(`Bearer ${token}`, here)).toMatchObject({ tenant: 't1' });
  }
  await expect(judge(`Bearer ${first}`, here)).rejects.toMatchObject({ code: 'too-many-attempts' });
});

describe('failed attempts against a tenant', () => {
  const address = (n: number) => `10.0.${n >> 8}.${n & 255}`;

  test('stop new keys of the tenant before they are looked up, and of no other', async () => {
    const ask = open(['key'], { attempts: createAttempts({ now, perTenant: 10 }) });
    const { key: known } = await storedKey();
    await ask(known);
    for (let n = 0; n < 10; n++) expect(await ask(newKey().key, address(n))).toBe('unauthenticated');
    asked = [];
    expect(await ask(newKey().key, there)).toBe('too-many-attempts');
    expect(await ask((await storedKey()).key, there)).toBe('too-many-attempts');
    expect(asked).toEqual([]);
    expect(await ask(known, there)).toBe('t1 by key');
    expect(await ask((await storedKey('t2')).key, there)).toBe('t2 by key');
  });

  test('never stop a good token: a stranger who names a tenant shuts nobody out', async () => {
    const ask = open(['jwt'], { attempts: createAttempts({ now, perTenant: 10 }) });
    for (let n = 0; n < 10; n++) expect(await ask(badToken(), address(n))).toBe('unauthenticated');
    expect(await ask(badToken(), there)).toBe('too-many-attempts');
    expect(await ask(badToken('t2'), there)).toBe('unauthenticated');
    expect(await ask(goodToken(), there)).toBe('t1 by jwt');
  });
});

describe('the log', () => {
  test('has a line for each failure that was judged, and nothing of the credential', async () => {
    const ask = open();
    const [wrong, unsigned] = [newKey().key, badToken()];
    const other = signed(
      { alg: 'ES256', kid: 'k1' },
      claims({ iss: 'https://other.example', org: 't9' }),
      mine.privateKey,
    );
    for (const credential of [wrong, unsigned, badToken('T 1'), other, 'x', 'a,b'])
      await ask(credential, '2001:db8::1');
    const address = '2001:db8:0:0::/64';
    expect(logged).toEqual([
      { reason: 'unknown', mode: 'key', address, claimedTenant: 't1' },
      { reason: 'signature-wrong', mode: 'jwt', address, claimedTenant: 't1' },
      { reason: 'tenant-refused', mode: 'jwt', address, claimedTenant: undefined },
      { reason: 'issuer-unknown', mode: 'jwt', address, claimedTenant: undefined },
      { reason: 'malformed', mode: 'jwt', address, claimedTenant: undefined },
      { reason: 'malformed', mode: 'none', address, claimedTenant: undefined },
    ]);
  });

  test('is bounded: what the limiter refuses has no line', async () => {
    const ask = open();
    for (let n = 0; n < 200; n++) await ask(badToken());
    expect(logged).toHaveLength(20);
    logged = [];
    const tenants = open(['jwt'], { attempts: createAttempts({ now, perTenant: 10 }) });
    for (let n = 0; n < 200; n++) await tenants(badToken(), `10.0.0.${n}`);
    expect(logged).toHaveLength(10);
  });

  test('is bounded also where the reads for guesses are used up, by many addresses: those are 429 and no error', async () => {
    const authenticator = createStageAuthenticator(
      { AUTH_MODES: ['key'], AUTH_ISSUERS: [] },
      { keys: { store: keyStore, pepper }, now, log: (line) => logged.push(line) },
    ).authenticator;
    const errors: unknown[] = [];
    const app = createApp({ log: (...entry) => errors.push(entry) });
    app.get('/:from', async (c) => {
      const asked = { headers: c.req.raw.headers, address: c.req.param('from') };
      return c.text((await authenticator(asked)).tenant);
    });
    const guess = async (from: string) =>
      (await app.request(`/${from}`, { headers: { authorization: `Bearer ${newKey().key}` } })).status;
    for (let n = 0; n < 60; n++) expect(await guess(`10.0.0.${n % 3}`)).toBe(401);
    for (let n = 0; n < 200; n++) expect(await guess(here)).toBe(429);
    expect([logged.length, errors]).toEqual([60, []]);
  });
});
