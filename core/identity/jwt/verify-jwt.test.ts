import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  claims,
  clockS,
  issuerOf,
  signed,
  signingKey,
  tokenBy,
} from '../../../test/support/signed-tokens.ts';
import { TokenRejected } from './token-rejected.ts';
import { createJwtVerifier } from './verify-jwt.ts';

const keys = [signingKey('RS256', 'r'), signingKey('ES256', 'e'), signingKey('EdDSA', 'd')] as const;
const [, es] = keys;

const noFetch = async (): Promise<Response> => {
  throw new Error('nothing may be fetched');
};
const { verify } = createJwtVerifier({
  issuers: [issuerOf(keys)],
  now: () => clockS * 1_000,
  fetch: noFetch,
});

describe('a sound token', () => {
  it.each(keys)('says who asks: $algorithm', async (key) => {
    expect(await verify(tokenBy(key))).toEqual({
      issuer: 'https://issuer.example/',
      subject: 'user-1',
      tenant: 't1',
      roles: ['editor'],
      groups: [],
      scopes: [],
      id: 'token-1',
      issuedAtS: clockS - 10,
      expiresAtS: clockS + 3_600,
    });
  });

  it('may speak to others as well, belong to groups and carry scopes', async () => {
    const token = tokenBy(es, {
      aud: ['x', 'atrium'],
      groups: ['a', 'ü'],
      scope: 'chat docs:read',
      jti: undefined,
    });
    expect(await verify(token)).toMatchObject({
      groups: ['a', 'ü'],
      scopes: ['chat', 'docs:read'],
      id: undefined,
    });
  });

  it.each([undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt'])('may be of type %s', async (typ) => {
    const token = signed({ alg: 'ES256', kid: 'e', typ }, claims(), es.privateKey);
    await expect(verify(token)).resolves.toMatchObject({ tenant: 't1' });
  });

  it('needs no key name where the issuer has one key of its algorithm', async () => {
    await expect(verify(signed({ alg: 'ES256' }, claims(), es.privateKey))).resolves.toBeDefined();
  });

  it('names claims as the issuer does', async () => {
    const named = {
      tenant_claim: 'https://example.com/tenant',
      roles_claim: 'cognito:groups',
      groups_claim: 'teams',
    };
    const own = createJwtVerifier({
      issuers: [issuerOf([es], named)],
      now: () => clockS * 1_000,
      fetch: noFetch,
    });
    const token = tokenBy(es, {
      'https://example.com/tenant': 't2',
      'cognito:groups': ['owner'],
      teams: ['a'],
    });
    expect(await own.verify(token)).toMatchObject({ tenant: 't2', roles: ['owner'], groups: ['a'] });
    await expect(own.verify(tokenBy(es))).rejects.toMatchObject({
      reason: 'tenant-refused',
      member: named.tenant_claim,
    });
  });
});

it('a token that ends no later than it began is refused for its end', async () => {
  for (const exp of [clockS, clockS - 1]) {
    await expect(verify(tokenBy(es, { iat: clockS, exp }))).rejects.toMatchObject({
      reason: 'claim-refused',
      member: 'exp',
    });
  }
  await expect(verify(tokenBy(es, { iat: clockS, exp: clockS + 1 }))).resolves.toBeDefined();
});

describe('an issuer', () => {
  const by = (changed: Parameters<typeof issuerOf>[1]) =>
    createJwtVerifier({ issuers: [issuerOf([es], changed)], now: () => clockS * 1_000, fetch: noFetch });
  const all = ['operator', 'owner', 'editor', 'member', 'auditor', 'key', 'unheard-of'];

  it('gives only the roles that it may, and others say nothing', async () => {
    const token = tokenBy(es, { roles: all });
    expect(await by({}).verify(token)).toMatchObject({ roles: ['owner', 'editor', 'member', 'auditor'] });
    expect(await by({ roles: ['member'] }).verify(token)).toMatchObject({ roles: ['member'] });
    expect(await by({ roles: ['operator'] }).verify(token)).toMatchObject({ roles: ['operator'] });
    const operator = tokenBy(es, { roles: ['operator'] });
    expect(await by({}).verify(operator)).toMatchObject({ roles: [] });
    for (const like of ['Operator', 'operator ', 'OPERATOR']) {
      const token = tokenBy(es, { roles: [like] });
      expect(await by({ roles: ['operator'] }).verify(token)).toMatchObject({ roles: [] });
    }
  });

  it('speaks for every tenant unless it is bound, and then for its own alone, whatever claim names it', async () => {
    const bound = by({ tenants: ['t1', 't3'] });
    expect(await by({}).verify(tokenBy(es, { tenant_id: 't2' }))).toMatchObject({ tenant: 't2' });
    for (const tenant_id of ['t1', 't3']) {
      expect(await bound.verify(tokenBy(es, { tenant_id }))).toMatchObject({ tenant: tenant_id });
    }
    for (const tenant_id of ['t2', 't', 't11', 't1-b', 'constructor', 'length', '0']) {
      await expect(bound.verify(tokenBy(es, { tenant_id }))).rejects.toMatchObject({
        reason: 'tenant-refused',
        member: 'tenant_id',
      });
    }
    const named = by({ tenants: ['t1'], tenant_claim: 'org' });
    expect(await named.verify(tokenBy(es, { tenant_id: 't2', org: 't1' }))).toMatchObject({ tenant: 't1' });
    await expect(named.verify(tokenBy(es, { tenant_id: 't1', org: 't2' }))).rejects.toMatchObject({
      reason: 'tenant-refused',
    });
  });

  it('is bound by itself: what another may say is not its own', async () => {
    const other = signingKey('ES256', 'o');
    const { verify } = createJwtVerifier({
      issuers: [
        issuerOf([es], { tenants: ['t1'] }),
        issuerOf([other], { issuer: 'https://other.example/', tenants: ['t2'], roles: ['operator'] }),
      ],
      now: () => clockS * 1_000,
      fetch: noFetch,
    });
    await expect(verify(tokenBy(es, { tenant_id: 't2' }))).rejects.toMatchObject({
      reason: 'tenant-refused',
    });
    expect(await verify(tokenBy(es, { roles: ['operator', 'owner'] }))).toMatchObject({ roles: ['owner'] });
    const theirs = tokenBy(other, { iss: 'https://other.example/', tenant_id: 't2', roles: ['operator'] });
    expect(await verify(theirs)).toMatchObject({ tenant: 't2', roles: ['operator'] });
  });
});

describe('the key of a token', () => {
  const address = 'https://issuer.example/jwks';
  const published = (...list: readonly { readonly jwk: object }[]) => {
    const fetch = vi.fn(async () => Response.json({ keys: list.map(({ jwk }) => jwk) }));
    const { jwks: _, ...unkeyed } = issuerOf([es]);
    const issuers = [{ ...unkeyed, jwks_uri: address }];
    return { fetch, verify: createJwtVerifier({ issuers, now: () => clockS * 1_000, fetch }).verify };
  };

  it('is fetched from the issuer once', async () => {
    const { fetch, verify } = published(es);
    await Promise.all(Array.from({ length: 20 }, () => verify(tokenBy(es))));
    expect(fetch).toHaveBeenCalledTimes(1);
    expect(fetch).toHaveBeenCalledWith(address, expect.anything());
  });

  it('is not looked for when the token would be refused anyhow', async () => {
    const { fetch, verify } = published(es);
    for (const changed of [
      { exp: clockS - 60 },
      { aud: 'x' },
      { tenant_id: 'T' },
      { iss: 'x' },
      { sub: '' },
    ]) {
      await expect(verify(tokenBy(es, changed))).rejects.toBeInstanceOf(TokenRejected);
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  it('is not one of two with the same name, nor one of two without any', async () => {
    const again = signingKey('ES256', 'e');
    const { verify } = published(es, again);
    await expect(verify(tokenBy(es))).rejects.toMatchObject({ reason: 'key-unknown' });
    const nameless = signed({ alg: 'ES256' }, claims(), es.privateKey);
    const two = published(es, signingKey('ES256', 'f'));
    await expect(two.verify(nameless)).rejects.toMatchObject({ reason: 'key-unknown' });
  });

  it('cannot be had: the token is not to blame', async () => {
    const { fetch, verify } = published(es);
    fetch.mockRejectedValue(new TypeError('fetch failed'));
    await expect(verify(tokenBy(es))).rejects.toMatchObject({ reason: 'keys-unavailable' });
  });
});

describe('for any input', () => {
  /** The reason of the refusal; fails on any other error. */
  const reasonOf = async (token: string): Promise<string> => {
    try {
      await verify(token);
      return 'verified';
    } catch (error) {
      expect(error).toBeInstanceOf(TokenRejected);
      return (error as TokenRejected).reason;
    }
  };

  it.each(keys)('no change of a byte leaves a token valid: $algorithm', async (key) => {
    const token = tokenBy(key);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(token.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        async (changes) => {
          const bytes = Buffer.from(token, 'latin1');
          for (const [at, byte] of changes) bytes[at] = byte;
          const changed = bytes.toString('latin1');
          expect((await reasonOf(changed)) === 'verified').toBe(changed === token);
        },
      ),
      { numRuns: 700 },
    );
  });

  it('no cut, doubled or moved piece of a token is valid', async () => {
    const token = tokenBy(es);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length),
        fc.nat(token.length),
        fc.string({ unit: 'binary', maxLength: 4 }),
        async (from, to, put) => {
          const changed = token.slice(0, from) + put + token.slice(to);
          expect((await reasonOf(changed)) === 'verified').toBe(changed === token);
        },
      ),
      { numRuns: 700 },
    );
  });

  it('random text is refused and never throws anything else', async () => {
    const json = fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text).toString('base64url'));
    const part = fc.oneof(json, fc.base64String(), fc.string({ unit: 'binary' }));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        expect(await reasonOf(token)).not.toBe('verified');
      }),
      { numRuns: 2_000 },
    );
  });

  it('signed claims and headers of any form are judged, not thrown over', async () => {
    const header = fc.dictionary(
      fc.constantFrom('alg', 'kid', 'typ', 'crit', 'jwk', 'x'),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const payload = fc.dictionary(
      fc.constantFrom(...Object.keys(claims()), 'nbf', 'groups', 'scope', 'constructor'),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.constantFrom(clockS, '', 't1', ['t1'])),
    );
    await fc.assert(
      fc.asyncProperty(header, payload, async (extra, changed) => {
        const token = signed({ alg: 'EdDSA', kid: 'd', ...extra }, claims(changed), keys[2].privateKey);
        const reason = await reasonOf(token);
        if (reason !== 'verified') return;
        // Then it is one that was meant: its claims have the forms that the product relies on.
        const { tenant, roles, expiresAtS } = await verify(token);
        expect(tenant).toMatch(/^[a-z0-9][a-z0-9-]{0,62}$/);
        expect(roles.every((role) => typeof role === 'string')).toBe(true);
        expect(expiresAtS).toBeGreaterThan(clockS - 60);
      }),
      { numRuns: 700 },
    );
  });
});
