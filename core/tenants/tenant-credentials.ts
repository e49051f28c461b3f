import { Problem } from '../problems/problem.ts';
import type { TenantId } from './tenant-id.ts';

/** Credentials as the AWS SDK takes them from a provider. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/**
 * Gives credentials that are good for now. `memoized` tells the SDK to ask before every request rather than to keep
 * them itself, so that one cache alone decides how old they may be.
 *
 * @throws {TenantCredentialsUnavailable}
 */
export type AwsCredentialsProvider = (() => Promise<AwsCredentials>) & { readonly memoized: true };

/**
 * With whose rights a tenant's data is reached. Adapters: `tenant-credentials.sts.ts` (a session of its own for each
 * tenant), `tenant-credentials.plain.ts` (the process's own); contract suite `tenant-credentials.contract.ts`.
 */
export interface TenantCredentials {
  /**
   * What gives the credentials of one tenant, and of no other; nothing is fetched before it is called. `undefined` when
   * this process reaches every tenant's data with its own credentials, as the SDK finds them.
   */
  of(tenant: TenantId): AwsCredentialsProvider | undefined;
}

/** The tenant's session cannot be had: nothing of the tenant was reached, and another try may find it. Answered 503. */
export class TenantCredentialsUnavailable extends Problem {
  constructor(cause: unknown) {
    super('unavailable', "The tenant's data cannot be reached right now.", { retryAfterS: 2, cause });
  }
}
