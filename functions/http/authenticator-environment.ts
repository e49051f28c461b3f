import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { commaList } from '../../core/environment/comma-list.ts';
import type { Attempts } from '../../core/identity/attempts.ts';
import { authIssuersVariable } from '../../core/identity/jwt/issuers.ts';
import { createJwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { createDynamoApiKeyStore } from '../../core/identity/keys/api-key-store.dynamo.ts';
import type { ApiKeyStore } from '../../core/identity/keys/api-key-store.ts';
import { createKeyAuthenticator } from '../../core/identity/keys/authenticate-key.ts';
import { readKeyPepper } from '../../core/identity/keys/key-pepper.ts';
import { createKnownRevocations } from '../../core/identity/revocations/known-revocations.ts';
import { createDynamoRevocationStore } from '../../core/identity/revocations/revocation-store.dynamo.ts';
import type { RevocationStore } from '../../core/identity/revocations/revocation-store.ts';
import type { TenantCredentials } from '../../core/tenants/tenant-credentials.ts';
import type { Settled } from './after-answer.ts';
import { logError } from './app.ts';
import { type Authenticator, createAuthenticator } from './authenticate.ts';
import { authModes } from './caller.ts';
import { createClaimedTenant } from './claimed-tenant.ts';
import { corsOriginsVariable } from './cors.ts';
import type { RefusedCredential } from './refused-credential.ts';

/** How callers prove themselves and from where pages may ask, as the stage says; no mode is on unless it is named. */
export const authenticatorEnvironment = {
  AUTH_MODES: commaList.pipe(z.array(z.enum(authModes))),
  AUTH_ISSUERS: authIssuersVariable,
  KEY_PEPPER_SECRET_NAME: z.string().optional(),
  CORS_ORIGINS: corsOriginsVariable,
};
export type AuthenticatorEnvironment = z.output<z.ZodObject<typeof authenticatorEnvironment>>;

export interface StageAuthenticatorParts {
  /** Needed where tokens are taken. */
  readonly revocations?: Pick<RevocationStore, 'get'>;
  /** Needed where API keys are taken. */
  readonly keys?: { readonly store: Pick<ApiKeyStore, 'get' | 'touch'>; readonly pepper: Uint8Array };
  readonly attempts?: Attempts;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  readonly log?: (refused: RefusedCredential) => void;
}

export interface StageAuthenticator {
  readonly authenticator: Authenticator;
  /** Waits until the last uses of keys are noted. */
  readonly settled: Settled;
}

/**
 * The authenticator that the environment describes.
 *
 * @throws when tokens are to be taken and nobody is trusted to issue them.
 */
export function createStageAuthenticator(
  env: Pick<AuthenticatorEnvironment, 'AUTH_MODES' | 'AUTH_ISSUERS'>,
  parts: StageAuthenticatorParts = {},
): StageAuthenticator {
  const { AUTH_MODES: modes, AUTH_ISSUERS: issuers } = env;
  const { now = () => Date.now(), attempts, log } = parts;
  if (modes.includes('jwt') && issuers.length === 0) {
    throw incomplete('AUTH_ISSUERS: must name an issuer where AUTH_MODES has jwt');
  }
  const keys = parts.keys && createKeyAuthenticator({ ...parts.keys, now, onTouchFailed });
  const authenticator = createAuthenticator({
    modes,
    tokens: createJwtVerifier({ issuers, now, fetch }),
    revocations: parts.revocations && createKnownRevocations({ store: parts.revocations }),
    keys,
    claimedTenant: createClaimedTenant(issuers),
    attempts,
    now,
    log,
  });
  return { authenticator, settled: keys?.settled ?? (async () => {}) };
}

const onTouchFailed = (error: unknown) => logError('the last use of a key was not noted', error);

/** A store that is away is known to be so soon, while somebody waits for 503. */
const briefly = { maxAttempts: 2, requestTimeoutMs: 1_500 };

/**
 * The stage's authenticator with its real parts, and the pepper of its keys where it takes any. Once, at cold start.
 *
 * @throws also when the pepper cannot be had.
 */
export async function composeAuthenticator(
  env: AuthenticatorEnvironment & { readonly TABLE_NAME: string },
  by: { readonly secrets: SecretsManagerClient; readonly credentials: TenantCredentials },
): Promise<StageAuthenticator & { readonly pepper: Uint8Array | undefined }> {
  const pepper = await pepperOf(env, by.secrets);
  const place = { tables: createTenantTables(by.credentials, briefly), tableName: env.TABLE_NAME };
  const stage = createStageAuthenticator(env, {
    revocations: createDynamoRevocationStore(place),
    ...(pepper && { keys: { store: createDynamoApiKeyStore(place), pepper } }),
  });
  return { ...stage, pepper };
}

async function pepperOf(
  { AUTH_MODES, KEY_PEPPER_SECRET_NAME: name }: AuthenticatorEnvironment,
  secrets: SecretsManagerClient,
): Promise<Uint8Array | undefined> {
  if (!AUTH_MODES.includes('key')) return undefined;
  if (name === undefined) {
    throw incomplete('KEY_PEPPER_SECRET_NAME: must name the secret where AUTH_MODES has key');
  }
  return readKeyPepper(secrets, name);
}

const incomplete = (what: string) => new Error(`The environment is incomplete. ${what}`);
