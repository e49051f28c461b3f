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
  test('are limited to 20 a minute, and then no new key is looked up', async () => {
    const ask = open();
    for (let n = 0; n < 20; n++)
      expect(await ask(n % 2 ? newKey(`t${n}`).key : badToken())).toBe('unauthenticated');
    asked = [];
    const { key } = await storedKey();
    for (const credential of [newKey().key, key, 'atr_', badToken(), 'x', 'a,b']) {
      expect(await ask(credential)).toBe('too-many-attempts');
    }
    expect(asked.filter((what) => what !== 'token')).toEqual([]);
    expect(await ask(key, there)).toBe('t1 by key');
    clock.ms += 3_000;
    expect(await ask((await storedKey()).key)).toBe('t1 by key');
  });

  test('never stop a good token, however new: neither a stranger nor a client with an expired one', async () => {
    const ask = open();
    for (let n = 0; n < 100; n++) await ask(n % 2 ? badToken() : newKey().key);
    expect(await ask(badToken())).toBe('too-many-attempts');
    expect(await ask(goodToken())).toBe('t1 by jwt');
    const expired = tokenBy(mine, { org: 't1', exp: clockS - 60 });
    for (let n = 0; n < 100; n++) {
      clock.ms += 1_000;
      await ask(expired, there);
      expect(await ask(goodToken(), there)).toBe('t1 by jwt');
    }
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

  test('do not stop keys that were good here before', async () => {
    const ask = open();
    const { key } = await storedKey();
    await ask(key);
    for (let n = 0; n < 25; n++) await ask(badToken());
    expect(await ask((await storedKey()).key)).toBe('too-many-attempts');
    expect(await ask(key)).toBe('t1 by key');
  });

  test('stop those again that were found bad since', async () => {
    const ask = open();
    const { key, record } = await storedKey();
    const token = tokenBy(mine, { org: 't1', exp: clockS + 100 });
    for (const good of [key, token]) expect(await ask(good)).not.toBe('unauthenticated');
    await keyStore.revoke(t1, record.key_id, now());
    clock.ms += 200_000;
    for (let n = 0; n < 20; n++) await ask(`x${n}`);
    asked = [];
    // The key was good once, so it is looked up once more, and then it is a guess like any other.
    for (let n = 0; n < 3; n++) {
      for (const credential of [key, token]) expect(await ask(credential)).toBe('too-many-attempts');
    }
    expect(asked).toEqual(['key of t1', 'token', 'token', 'token']);
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

describe('one bad credential that is repeated', () => {
  /** 200 times in 10 s; says what the answers were. */
  async function repeat(ask: ReturnType<typeof open>, credential: string, from: (n: number) => string) {
    const codes = new Set<string>();
    for (let n = 0; n < 200; n++) {
      clock.ms += 50;
      codes.add(await ask(credential, from(n)));
    }
    return [...codes];
  }

  test('does not make another key from there wait, nor another key of the tenant from elsewhere', async () => {
    const { key: dead, record } = await storedKey();
    await keyStore.revoke(t1, record.key_id, now());
    for (const from of [() => here, (n: number) => `10.0.0.${n}`]) {
      logged = [];
      const ask = open();
      expect(await repeat(ask, dead, from)).toEqual(['unauthenticated']);
      for (const address of [here, '10.0.0.1', there]) {
        expect(await ask((await storedKey()).key, address)).toBe('t1 by key');
      }
      expect(logged.map(({ reason }) => reason)).toEqual(['revoked', 'revoked']);
    }
  });

  test('counts and is logged once in 5 s, also when many come at once', async () => {
    const bads = [badToken(), newKey().key, 'x', 'a,b'];
    for (const bad of bads) {
      logged = [];
      const failures: number[] = [];
      const counting = createAttempts({ now });
      const attempts = {
        ...counting,
        failed: (...of: Parameters<typeof counting.failed>) => {
          failures.push(now());
          return counting.failed(...of);
        },
      };
      const ask = open(['jwt', 'key'], { attempts });
      const begunMs = now();
      await Promise.all(Array.from({ length: 30 }, () => ask(bad)));
      for (const laterMs of [4_999, 5_000, 9_999, 10_000]) {
        clock.ms = begunMs + laterMs;
        expect(await ask(bad)).toBe('unauthenticated');
      }
      expect(failures).toEqual([begunMs, begunMs + 5_000, begunMs + 10_000]);
      expect(logged).toHaveLength(3);
    }
  });

  test('is 429 like others where its address is over the limit', async () => {
    const ask = open();
    for (const bad of [badToken(), newKey().key]) {
      expect(await ask(bad)).toBe('unauthenticated');
      for (let n = 0; n < 20; n++) await ask(badToken());
      expect(await ask(bad)).toBe('too-many-attempts');
      clock.ms += 60_000;
    }
  });

  test('is judged each time: what became good is taken', async () => {
    const ask = open();
    const { key, record } = newKey();
    expect(await ask(key)).toBe('unauthenticated');
    await keyStore.create(t1, record);
    expect(await ask(key)).toBe('unauthenticated'); // for 5 s its place is known to be empty
    clock.ms += 5_000;
    expect(await ask(key)).toBe('t1 by key');
  });

  test('is remembered in bounded memory, and counts again once it is forgotten', async () => {
    const judge = createCredentialJudge({
      claimedTenant: () => undefined,
      attempts: createAttempts({ now }),
      now,
      log: (line) => logged.push(line),
      maxFailures: 2,
    });
    for (const text of ['a', 'b', 'a', 'b', 'c', 'a']) {
      await expect(judge(`Bearer ${text}`, here)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(logged).toHaveLength(4);
  });
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

  test('answer bad tokens alone: a stranger who names a tenant shuts nobody out', async () => {
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
