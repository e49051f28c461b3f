import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { signingKey } from '../../../test/support/signed-tokens.ts';
import { readEnvironment } from '../../environment/read-environment.ts';
import { authIssuersVariable } from './issuers.ts';

const schema = z.object({ AUTH_ISSUERS: authIssuersVariable });
const read = (value: unknown) =>
  readEnvironment(schema, { AUTH_ISSUERS: typeof value === 'string' ? value : JSON.stringify(value) })
    .AUTH_ISSUERS;

const key = signingKey('ES256', 'e');
const published = {
  issuer: 'https://issuer.example/',
  audience: 'atrium',
  jwks_uri: 'https://issuer.example/jwks',
  algorithms: ['RS256', 'ES256'],
};
const { jwks_uri: _, ...unkeyed } = published;
const fixed = (keys: readonly object[], algorithms = ['ES256']) => ({
  ...unkeyed,
  issuer: 'secret-issuer',
  jwks: { keys },
  algorithms,
});

describe('AUTH_ISSUERS', () => {
  it('trusts nobody unless it says so', () => {
    expect(readEnvironment(schema, {}).AUTH_ISSUERS).toEqual([]);
    expect(read([])).toEqual([]);
  });

  it('names claims as they are usually named', () => {
    expect(read([published])).toEqual([
      {
        ...published,
        tenant_claim: 'tenant_id',
        roles_claim: 'roles',
        groups_claim: 'groups',
        roles: ['owner', 'editor', 'member', 'auditor'],
      },
    ]);
  });

  it('lets an issuer speak for these tenants in these roles, and make operators only when it says so', () => {
    expect(read([published])[0]).not.toHaveProperty('tenants');
    expect(read([published])[0]?.roles).not.toContain('operator');
    const bounded = { ...published, tenants: ['t1', 'x'.repeat(63)], roles: ['operator', 'member'] };
    expect(read([bounded])).toMatchObject([bounded]);
    const most = Array.from({ length: 1_000 }, (_, n) => `t${n}`);
    expect(read([{ ...published, tenants: most }])[0]?.tenants).toEqual(most);
  });

  it.each(['http://localhost:9/jwks', 'http://127.0.0.1/jwks', 'http://[::1]:80/', 'https://x.example/?a=b'])(
    'takes keys from %s',
    (jwks_uri) => {
      expect(read([{ ...published, jwks_uri }])).toHaveLength(1);
    },
  );

  it('takes keys as they stand, several of them', () => {
    expect(read([fixed([key.jwk, signingKey('EdDSA', 'd').jwk], ['ES256', 'EdDSA'])])).toHaveLength(1);
  });

  const rsa = (bits: number) =>
    generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' });
  const { kid: __, ...nameless } = key.jwk;

  it.each([
    ['not JSON', '[secret', /^AUTH_ISSUERS: must be JSON/],
    ['a member twice', '[{"issuer":"secret","issuer":"b"}]', /^AUTH_ISSUERS: must be JSON/],
    ['too long', ' '.repeat(70_000), /^AUTH_ISSUERS: must be JSON/],
    ['not a list', published, /^AUTH_ISSUERS: /],
    [
      'too many',
      Array.from({ length: 21 }, (_x, i) => ({ ...published, issuer: `secret${i}` })),
      /^AUTH_ISSUERS: /,
    ],
    ['an issuer twice', [published, published], /^AUTH_ISSUERS\.1\.issuer: is listed twice/],
    ['no issuer', [{ ...published, issuer: '' }], /^AUTH_ISSUERS\.0\.issuer: must be/],
    ['an issuer with a space', [{ ...published, issuer: 'secret ' }], /^AUTH_ISSUERS\.0\.issuer: must be/],
    [
      'an issuer with a look-alike',
      [{ ...published, issuer: 'secrеt' }],
      /^AUTH_ISSUERS\.0\.issuer: must be/,
    ],
    ['no audience', [{ ...published, audience: undefined }], /^AUTH_ISSUERS\.0\.audience: /],
    ['two audiences', [{ ...published, audience: ['secret'] }], /^AUTH_ISSUERS\.0\.audience: /],
    [
      'plain http',
      [{ ...published, jwks_uri: 'http://secret.example/' }],
      /^AUTH_ISSUERS\.0\.jwks_uri: must be/,
    ],
    [
      'a password',
      [{ ...published, jwks_uri: 'https://u:secret@x/' }],
      /^AUTH_ISSUERS\.0\.jwks_uri: must be/,
    ],
    ['a file', [{ ...published, jwks_uri: 'file:///secret' }], /^AUTH_ISSUERS\.0\.jwks_uri: must be/],
    [
      'a loopback look-alike',
      [{ ...published, jwks_uri: 'http://localhost.secret.example/' }],
      /jwks_uri: must be/,
    ],
    ['no keys', [{ ...published, jwks_uri: undefined }], /^AUTH_ISSUERS\.0\.jwks_uri: give either/],
    ['keys twice', [{ ...published, jwks: { keys: [key.jwk] } }], /^AUTH_ISSUERS\.0\.jwks_uri: give either/],
    ['an empty set', [fixed([])], /^AUTH_ISSUERS\.0\.jwks: must hold/],
    ['a private key', [fixed([{ ...nameless, d: 'secret' }])], /^AUTH_ISSUERS\.0\.jwks: must hold/],
    ['a secret', [fixed([{ kty: 'oct', k: 'secret' }])], /^AUTH_ISSUERS\.0\.jwks: must hold/],
    ['a weak key', [fixed([rsa(1_024)], ['RS256'])], /^AUTH_ISSUERS\.0\.jwks: must hold/],
    ['another curve', [fixed([p384])], /^AUTH_ISSUERS\.0\.jwks: must hold/],
    ['a point off the curve', [fixed([{ ...nameless, x: nameless.y }])], /^AUTH_ISSUERS\.0\.jwks: must hold/],
    ['a key to encrypt with', [fixed([{ ...nameless, use: 'enc' }])], /^AUTH_ISSUERS\.0\.jwks: must hold/],
    ['a key of another algorithm', [fixed([key.jwk], ['RS256'])], /^AUTH_ISSUERS\.0\.algorithms: names one/],
    ['no algorithm', [{ ...published, algorithms: [] }], /^AUTH_ISSUERS\.0\.algorithms: /],
    [
      'an algorithm twice',
      [{ ...published, algorithms: ['RS256', 'RS256'] }],
      /^AUTH_ISSUERS\.0\.algorithms: /,
    ],
    ['HS256', [{ ...published, algorithms: ['HS256'] }], /^AUTH_ISSUERS\.0\.algorithms\.0: /],
    ['none', [{ ...published, algorithms: ['none'] }], /^AUTH_ISSUERS\.0\.algorithms\.0: /],
    ['a misspelt field', [{ ...published, tenant_clam: 'secret' }], /^AUTH_ISSUERS\.0: /],
    ['no tenant', [{ ...published, tenants: [] }], /^AUTH_ISSUERS\.0\.tenants: /],
    ['one tenant and no list', [{ ...published, tenants: 'secret' }], /^AUTH_ISSUERS\.0\.tenants: /],
    [
      'a tenant that is none',
      [{ ...published, tenants: ['t1', 'Secret'] }],
      /^AUTH_ISSUERS\.0\.tenants\.1: /,
    ],
    ['every tenant by a star', [{ ...published, tenants: ['*'] }], /^AUTH_ISSUERS\.0\.tenants\.0: /],
    [
      'a tenant twice',
      [{ ...published, tenants: ['secret', 'secret'] }],
      /^AUTH_ISSUERS\.0\.tenants: must not repeat/,
    ],
    [
      'too many tenants',
      [{ ...published, tenants: Array.from({ length: 1_001 }, (_, n) => `secret${n}`) }],
      /^AUTH_ISSUERS\.0\.tenants: /,
    ],
    ['no role', [{ ...published, roles: [] }], /^AUTH_ISSUERS\.0\.roles: /],
    ['a role that is none', [{ ...published, roles: ['secret'] }], /^AUTH_ISSUERS\.0\.roles\.0: /],
    ['the standing of a key', [{ ...published, roles: ['key'] }], /^AUTH_ISSUERS\.0\.roles\.0: /],
    [
      'a role twice',
      [{ ...published, roles: ['owner', 'owner'] }],
      /^AUTH_ISSUERS\.0\.roles: must not repeat/,
    ],
    ['an empty claim', [{ ...published, tenant_claim: '' }], /^AUTH_ISSUERS\.0\.tenant_claim: /],
  ] as const)('is refused with %s, by its place and without its value', (_name, value, expected) => {
    let message = '';
    try {
      read(value);
    } catch (error) {
      message = String((error as Error).message).replace('The environment is incomplete. ', '');
    }
    expect(message).toMatch(expected);
    expect(message).not.toContain('secret');
  });
});
