import type { S3Client } from '@aws-sdk/client-s3';
import type { TenantCredentials } from '../tenants/tenant-credentials.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { createS3, type S3Options } from './clients.ts';
import { createTenantClients } from './tenant-clients.ts';

/** The bucket as a tenant may reach it: the client to send that tenant's commands with. */
export type TenantBuckets = (tenant: TenantId) => S3Client;

/** One set of clients for each kind of waiting; those of one process share `credentials`. */
export function createTenantBuckets(
  credentials: TenantCredentials,
  options: S3Options & { readonly maxTenants?: number } = {},
): TenantBuckets {
  return createTenantClients({
    credentials,
    make: (own) => createS3({ ...options, ...own }),
    ...(options.maxTenants !== undefined && { maxTenants: options.maxTenants }),
  });
}
