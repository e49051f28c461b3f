import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importJWK, type JWK, SignJWT } from 'jose';
import { roles } from '../../core/identity/roles.ts';

/** Whose tokens only the stage in that folder trusts: its key is made there and leaves it for nowhere. */
export interface TokenIssuer {
  /** The stage's `AUTH_ISSUERS`. */
  readonly trusted: string;
  readonly mint: (wish: {
    readonly tenant: string;
    readonly roles: readonly string[];
    readonly user: string;
    readonly groups?: readonly string[];
    readonly scopes?: readonly string[];
    readonly minutes: number;
  }) => Promise<string>;
}

const issuer = 'https://issuer.stage.internal';
const audience = 'atrium';
const algorithm = 'EdDSA';

/** The issuer of the stage in `folder`; its key is made at the first use and kept. */
export function tokenIssuer(folder: string): TokenIssuer {
  const key = keyIn(folder);
  const { d: _, ...publicHalf } = key;
  const trusted = [
    {
      issuer,
      audience,
      algorithms: [algorithm],
      jwks: { keys: [{ ...publicHalf, alg: algorithm }] },
      // Operators too: whoever can read this folder's key runs the stage.
      roles: [...roles],
    },
  ];
  return {
    trusted: JSON.stringify(trusted),
    async mint({ tenant, roles, user, groups = [], scopes = [], minutes }) {
      return new SignJWT({ tenant_id: tenant, roles, groups, scope: scopes.join(' ') })
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(user)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${minutes}m`)
        .sign(await importJWK(key, algorithm));
    },
  };
}

function keyIn(folder: string): JWK {
  const path = join(folder, 'token-key.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as JWK;
  mkdirSync(folder, { recursive: true });
  // Whole or not at all, and for nobody else to read.
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(key), { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
  return key;
}
