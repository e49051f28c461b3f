import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { TrustedIssuer } from '../core/identity/jwt/issuers.ts';
import { type JwtAlgorithm, jwtAlgorithms } from '../core/identity/jwt/verification-key.ts';
import { createJwtVerifier } from '../core/identity/jwt/verify-jwt.ts';
import { newApiKey } from '../core/identity/keys/api-key.ts';
import { createMemoryApiKeyStore } from '../core/identity/keys/api-key-store.memory.ts';
import { createMemoryRevocationStore } from '../core/identity/revocations/revocation-store.memory.ts';
import { createStageAuthenticator } from '../functions/http/authenticator-environment.ts';

/**
 * CPU time of establishing one caller, warm, all threads of the process: by the whole authenticator of a stage, with limits
 * of attempts and a tenant that has taken a token back; by the verification of the token in it; and by what the
 * library alone takes for the same token. They take turns, so that a busy machine meets all. Then the same for an API
 * key that the process knows. Exits with 1 when the authenticator takes more than the target for ES256 or EdDSA.
 *
 *     node bench/auth.ts [rounds]
 */

const targetMs = 0.25;
const rounds = Number(process.argv[2] ?? 40);
const perRound = 250;
const warmUps = 2_000;
const address = '192.0.2.1';
const byHeader = createStageAuthenticator({ AUTH_MODES: ['header'], AUTH_ISSUERS: [] }).authenticator;
const { tenant } = await byHeader({ headers: new Headers({ 'x-tenant-id': 't1' }), address });

const makers: Record<JwtAlgorithm, () => KeyObject> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey,
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: () => generateKeyPairSync('ed25519').privateKey,
};

const noFetch = async (): Promise<Response> => {
  throw new Error('the keys stand in the settings');
};

/** Milliseconds of CPU per call, user and system. */
async function cpuMs(call: () => Promise<unknown>, times: number): Promise<number> {
  const begun = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await call();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000 / times;
}

/** The middle one. */
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

/** Milliseconds of CPU per call of each, the middle one of all rounds. */
async function inTurns<Name extends string>(calls: Readonly<Record<Name, () => Promise<unknown>>>) {
  const named = Object.entries<() => Promise<unknown>>(calls);
  const taken = new Map(named.map(([name]) => [name, [] as number[]]));
  for (const [, call] of named) await cpuMs(call, warmUps);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, call] of named) taken.get(name)?.push(await cpuMs(call, perRound));
  }
  return (name: Name) => median(taken.get(name) ?? []);
}

/** The request that carries the credential, before a stage's authenticator. */
const asking = (credential: string) => ({
  headers: new Headers({ authorization: `Bearer ${credential}`, 'x-tenant-id': tenant }),
  address,
});

async function measureToken(algorithm: JwtAlgorithm) {
  const privateKey = makers[algorithm]();
  const { kty, crv, x, y, n, e } = privateKey.export({ format: 'jwk' });
  const jwk = JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, kid: 'k' })) as JWK;
  const issuer: TrustedIssuer = {
    issuer: 'https://issuer.example/',
    audience: 'atrium',
    jwks: { keys: [jwk] },
    algorithms: [algorithm],
    tenant_claim: 'tenant_id',
    roles_claim: 'roles',
    groups_claim: 'groups',
    roles: ['editor'],
  };
  const token = await new SignJWT({ tenant_id: 't1', roles: ['editor'], groups: ['a', 'b'], scope: 'chat' })
    .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: 'k' })
    .setIssuer(issuer.issuer)
    .setAudience(issuer.audience)
    .setSubject('auth0|0123456789abcdef')
    .setJti('01JFA6B9X0Q8S2M4T6V8')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);

  const { verify } = createJwtVerifier({ issuers: [issuer], now: Date.now, fetch: noFetch });
  const key = await importJWK(jwk, algorithm);
  const options = { algorithms: [algorithm], issuer: issuer.issuer, audience: issuer.audience };
  const revocations = createMemoryRevocationStore();
  await revocations.revokeToken(tenant, 'another', Date.now());
  const { authenticator } = createStageAuthenticator(
    { AUTH_MODES: ['jwt'], AUTH_ISSUERS: [issuer] },
    { revocations },
  );
  const asked = asking(token);
  // From then on the process knows what the tenant has taken back.
  await (await authenticator(asked)).proof.holdsNow();

  return inTurns({
    whole: () => authenticator(asked),
    verify: () => verify(token),
    library: () => jwtVerify(token, key, options),
  });
}

async function measureKey() {
  const store = createMemoryApiKeyStore();
  const pepper = randomBytes(32);
  const nowMs = Date.now();
  const made = newApiKey(tenant, { name: 'bench', scopes: ['chat'] }, { pepper, nowMs, randomBytes });
  await store.create(tenant, made.record);
  const { authenticator } = createStageAuthenticator(
    { AUTH_MODES: ['key'], AUTH_ISSUERS: [] },
    { keys: { store, pepper } },
  );
  const asked = asking(made.key);
  return inTurns({ whole: () => authenticator(asked) });
}

const figure = (ms: number, width: number) => ms.toFixed(4).padStart(width);

process.stdout.write(`${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${rounds} x ${perRound}\n`);
process.stdout.write('ms of CPU  authenticator  verification  library alone\n');
let missed = false;
for (const algorithm of jwtAlgorithms) {
  const taken = await measureToken(algorithm);
  const bound = algorithm !== 'RS256';
  const met = taken('whole') <= targetMs;
  if (bound && !met) missed = true;
  const figures = `${figure(taken('whole'), 13)}  ${figure(taken('verify'), 12)}  ${figure(taken('library'), 13)}`;
  const verdict = bound ? `   target ${targetMs}: ${met ? 'met' : 'missed'}` : '';
  process.stdout.write(`${algorithm.padEnd(9)}  ${figures}${verdict}\n`);
}
process.stdout.write(`known key  ${figure((await measureKey())('whole'), 13)}\n`);
if (missed) process.exitCode = 1;
