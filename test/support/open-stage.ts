import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { createAttempts } from '../../core/identity/attempts.ts';
import { newApiKey } from '../../core/identity/keys/api-key.ts';
import type { ApiKeyScope } from '../../core/identity/keys/scopes.ts';
import { type Role, roles } from '../../core/identity/roles.ts';
import type { Retriever } from '../../core/retrieval/retriever.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { createAdminApp } from '../../functions/admin/app.ts';
import type { AppEnv } from '../../functions/http/app.ts';
import {
  authenticatorEnvironment,
  createStageAuthenticator,
} from '../../functions/http/authenticator-environment.ts';
import { adminParts, type Watch } from './admin-parts.ts';
import { chatStand } from './chat-stand.ts';
import { routesOf } from './routes-of.ts';

const issuer = 'https://issuer.example';
const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const jwks = { keys: [{ ...(await exportJWK(publicKey)), alg: 'EdDSA', kid: 'k' }] };

/**
 * Both planes in one process, with everything that they keep in memory and the real authenticator in front, which takes
 * the header, tokens of one issuer and API keys.
 */
export async function openStage(
  options: { readonly modes?: string; readonly watch?: Watch; readonly retriever?: Retriever } = {},
) {
  const stand = await chatStand();
  const kept = adminParts(stand.store, undefined, stand.queries);
  const watch: Watch = options.watch ?? ((_name, part) => part);
  const pepper = randomBytes(32);
  const env = z.object(authenticatorEnvironment).parse({
    AUTH_MODES: options.modes ?? 'header,jwt,key',
    AUTH_ISSUERS: JSON.stringify([{ issuer, audience: 'atrium', jwks, algorithms: ['EdDSA'], roles }]),
  });
  const { authenticator, settled } = createStageAuthenticator(env, {
    revocations: kept.revocations,
    keys: { store: kept.keys, pepper },
    attempts: createAttempts({ now: Date.now, perAddress: 1_000_000, perTenant: 1_000_000 }),
    log: () => {},
  });
  const watched = Object.fromEntries(
    Object.entries(kept).map(([name, part]) => [
      name,
      typeof part === 'object' && !(part instanceof Uint8Array) ? watch(name, part) : part,
    ]),
  ) as unknown as typeof kept;
  const apps: Hono<AppEnv>[] = [
    createAdminApp({ ...watched, pepper, authenticator, settled }),
    stand.chatApp({ authenticator, watch, ...(options.retriever && { retriever: options.retriever }) }),
  ];

  /** A token of the issuer that the stage trusts. */
  const token = (
    tenant: string,
    held: readonly Role[],
    more: { readonly groups?: readonly string[]; readonly scope?: string; readonly jti?: string } = {},
  ) =>
    new SignJWT({ tenant_id: tenant, roles: held, ...more })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
      .setIssuer(issuer)
      .setAudience('atrium')
      .setSubject('somebody')
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(privateKey);

  /** An API key of the tenant. */
  async function key(tenant: TenantId, scopes: readonly ApiKeyScope[], groups: readonly string[] = []) {
    const made = newApiKey(
      tenant,
      { name: 'test', scopes, groups },
      { pepper, nowMs: Date.now(), randomBytes },
    );
    await kept.keys.create(tenant, made.record);
    return made.key;
  }

  return { stand, kept, authenticator, apps, routes: routesOf(apps), token, key };
}
