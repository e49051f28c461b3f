import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { LRUCache } from 'lru-cache';
import {
  type AwsCredentials,
  type TenantCredentials,
  TenantCredentialsUnavailable,
} from './tenant-credentials.ts';
import type { TenantId } from './tenant-id.ts';

export interface StsTenantCredentialsOptions {
  readonly sts: STSClient;
  /** The role whose policy names `aws:PrincipalTag/tenant_id`. It must allow `sts:AssumeRole` and `sts:TagSession`. */
  readonly roleArn: string;
  readonly now?: () => number;
  readonly maxTenants?: number;
  /** How long one asking may take, the SDK's own repeats included. */
  readonly timeoutMs?: number;
}

/** The longest that a role assumed by a role may last (IAM User Guide, "Role chaining"). */
const SESSION_S = 3_600;
/** Closer to their end than this, credentials are not handed out: a request may take that long to arrive. */
const MIN_LEFT_MS = 60_000;
/** From this part of their life on, new ones are fetched while the old ones are still used: 45 of 60 min. */
const REFRESH_AT = 3 / 4;
/** After a refresh that failed; the old ones are used meanwhile. */
const HOLD_OFF_MS = 5_000;

interface Session {
  readonly credentials: AwsCredentials;
  readonly usableUntilMs: number;
  refreshFromMs: number;
}

/**
 * A session of the tenants' role for each tenant, tagged with the tenant, so that IAM lets it reach that tenant's items
 * and objects and no others. One call a tenant at a time, and about one every 45 min; the clients of a process share
 * what it brought. Nobody waits for a refresh. The regional endpoint of STS is used, which is the SDK's default.
 */
export function createStsTenantCredentials(options: StsTenantCredentialsOptions): TenantCredentials {
  const { sts, roleArn, now = Date.now, maxTenants = 2_000, timeoutMs = 2_000 } = options;
  const sessions = new LRUCache<TenantId, Session>({ max: maxTenants });
  const assuming = new Map<TenantId, Promise<AwsCredentials>>();

  /** Joins the call that is under way, or begins one. */
  function assume(tenant: TenantId): Promise<AwsCredentials> {
    const running = assuming.get(tenant);
    if (running) return running;
    const begun = assumeRole(tenant).finally(() => assuming.delete(tenant));
    assuming.set(tenant, begun);
    return begun;
  }

  async function assumeRole(tenant: TenantId): Promise<AwsCredentials> {
    const beganAtMs = now();
    try {
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: roleArn,
          // 2 to 64 characters, and a tenant id has 1 to 63.
          RoleSessionName: `@${tenant}`,
          DurationSeconds: SESSION_S,
          Tags: [{ Key: 'tenant_id', Value: tenant }],
        }),
        { abortSignal: AbortSignal.timeout(timeoutMs) },
      );
      const credentials = complete(Credentials);
      const endsAtMs = credentials.expiration.getTime();
      sessions.set(tenant, {
        credentials,
        usableUntilMs: endsAtMs - MIN_LEFT_MS,
        refreshFromMs: beganAtMs + (endsAtMs - beganAtMs) * REFRESH_AT,
      });
      return credentials;
    } catch (cause) {
      throw new TenantCredentialsUnavailable(cause);
    }
  }

  async function credentialsOf(tenant: TenantId): Promise<AwsCredentials> {
    const session = sessions.get(tenant);
    if (!session || now() >= session.usableUntilMs) return assume(tenant);
    if (now() >= session.refreshFromMs) {
      assume(tenant).catch(() => {
        session.refreshFromMs = now() + HOLD_OFF_MS;
      });
    }
    return session.credentials;
  }

  return {
    of: (tenant) => Object.assign(() => credentialsOf(tenant), { memoized: true } as const),
  };
}

/** @throws when STS left out what a session needs. */
function complete(
  given: {
    AccessKeyId?: string | undefined;
    SecretAccessKey?: string | undefined;
    SessionToken?: string | undefined;
    Expiration?: Date | undefined;
  } = {},
): AwsCredentials & { readonly expiration: Date } {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given;
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new Error('STS answered without complete credentials');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
