import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cpus } from 'node:os';
import { importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { TrustedIssuer } from '../core/identity/jwt/issuers.ts';
import { type JwtAlgorithm, jwtAlgorithms } from '../core/identity/jwt/verification-key.ts';
import { createJwtVerifier } from '../core/identity/jwt/verify-jwt.ts';

/**
 * CPU time of one warm verification of a token, all threads of the process, beside what the library alone takes for
 * the same token. The two take turns, so that a busy machine meets both. Exits with 1 when ES256 or EdDSA takes more
 * than the target.
 *
 *     node bench/auth.ts [rounds]
 */

const targetMs = 0.25;
const rounds = Number(process.argv[2] ?? 40);
const perRound = 250;
const warmUps = 2_000;

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

async function measure(algorithm: JwtAlgorithm) {
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
  const ours = () => verify(token);
  const library = () => jwtVerify(token, key, options);

  await cpuMs(ours, warmUps);
  await cpuMs(library, warmUps);
  const [own, alone]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await cpuMs(ours, perRound));
    alone.push(await cpuMs(library, perRound));
  }
  return { own: median(own), alone: median(alone) };
}

process.stdout.write(`${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${rounds} x ${perRound}\n`);
process.stdout.write('algorithm  ms CPU  library alone  ratio\n');
let missed = false;
for (const algorithm of jwtAlgorithms) {
  const { own, alone } = await measure(algorithm);
  const bound = algorithm !== 'RS256';
  if (bound && own > targetMs) missed = true;
  process.stdout.write(
    `${algorithm.padEnd(9)}  ${own.toFixed(4)}  ${alone.toFixed(4).padStart(13)}  ${(own / alone).toFixed(2)}` +
      `${bound ? `   target ${targetMs}: ${own <= targetMs ? 'met' : 'missed'}` : ''}\n`,
  );
}
if (missed) process.exitCode = 1;
