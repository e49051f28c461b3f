import { z } from 'zod';
import { parseStrictJson } from '../../json/strict-json.ts';
import { tenantIdText } from '../../tenants/tenant-id.ts';
import { roles } from '../roles.ts';
import { jwksSchema, jwtAlgorithms, readJwk } from './verification-key.ts';

const maxIssuers = 20;
const maxTenants = 1_000;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An identity: compared code unit by code unit, so what cannot be seen has no place in it. */
const identity = z
  .string()
  .max(500)
  .regex(/^[\x21-\x7e]+$/, 'must be 1 to 500 visible ASCII characters');

const claimName = z.string().min(1).max(200);

const keyAddress = z
  .string()
  .max(1_000)
  .refine(
    isKeyAddress,
    'must be an https address (http only on loopback) without user, password or fragment',
  );

function isKeyAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username || password || hash) return false;
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
}

/** Keys that stand in the settings: every one must be of use, since a typing error would show only at a token. */
const ownKeys = jwksSchema.refine(
  ({ keys }) => keys.length > 0 && keys.every((key) => readJwk(key) !== undefined),
  'must hold public keys only: RSA of 2048 to 8192 bits, EC P-256 or OKP Ed25519, for signatures',
);

/** Some of these, each once. */
const someOf = <S extends z.ZodType<string>>(entry: S, max: number, what: string) =>
  z
    .array(entry)
    .min(1)
    .max(max)
    .refine((list) => new Set(list).size === list.length, `must not repeat ${what}`);

const issuerSchema = z
  .strictObject({
    /** Exactly what `iss` says. */
    issuer: identity,
    /** Exactly what `aud` says or contains. */
    audience: identity,
    /** Where the issuer publishes its keys, or the keys themselves. */
    jwks_uri: keyAddress.optional(),
    jwks: ownKeys.optional(),
    algorithms: someOf(z.enum(jwtAlgorithms), jwtAlgorithms.length, 'an algorithm'),
    /** Names of claims on the top level of the payload. */
    tenant_claim: claimName.default('tenant_id'),
    roles_claim: claimName.default('roles'),
    groups_claim: claimName.default('groups'),
    /** For whom it may speak; for every tenant without it. */
    tenants: someOf(tenantIdText, maxTenants, 'a tenant').optional(),
    /** Which roles it may give. The identity provider of a tenant must never make operators, so they have to be named. */
    roles: someOf(z.enum(roles), roles.length, 'a role').default(roles.filter((role) => role !== 'operator')),
  })
  .superRefine(({ jwks_uri, jwks, algorithms }, context) => {
    if ((jwks_uri === undefined) === (jwks === undefined)) {
      context.addIssue({ code: 'custom', path: ['jwks_uri'], message: 'give either jwks_uri or jwks' });
    }
    const of = new Set((jwks?.keys ?? []).map((key) => readJwk(key)?.algorithm));
    if (jwks && algorithms.some((algorithm) => !of.has(algorithm))) {
      context.addIssue({
        code: 'custom',
        path: ['algorithms'],
        message: 'names one that no key in jwks has',
      });
    }
  });

/**
 * One whose tokens are taken: who it is, whom its tokens must be for, its keys, where its tokens say what, and for which
 * tenants and in which roles they may speak.
 */
export type TrustedIssuer = z.output<typeof issuerSchema>;

const listSchema = z
  .array(issuerSchema)
  .max(maxIssuers)
  .superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [index, { issuer }] of list.entries()) {
      if (seen.has(issuer)) {
        context.addIssue({ code: 'custom', path: [index, 'issuer'], message: 'is listed twice' });
      }
      seen.add(issuer);
    }
  });

/**
 * The variable `AUTH_ISSUERS`: a JSON list of trusted issuers, empty without it. Part of the schema that
 * `readEnvironment` takes, so a fault is told as variable, position, field and rule, and never with a value.
 */
export const authIssuersVariable = z
  .string()
  .default('[]')
  .transform((text, context): unknown => {
    try {
      return parseStrictJson(text, { maxBytes: 65_536, maxDepth: 8 });
    } catch {
      context.addIssue({ code: 'custom', message: 'must be JSON of at most 64 KB, no member named twice' });
      return z.NEVER;
    }
  })
  .pipe(listSchema);
