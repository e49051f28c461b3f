import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { TenantCredentials } from '../tenants/tenant-credentials.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { createDocumentClient, type DocumentClientOptions } from './clients.ts';
import { createTenantClients } from './tenant-clients.ts';

/** The table as a tenant may reach it: the client to send that tenant's commands with. */
export type TenantTables = (tenant: TenantId) => DynamoDBDocumentClient;

/** One set of clients for each kind of waiting; those of one process share `credentials`. */
export function createTenantTables(
  credentials: TenantCredentials,
  options: DocumentClientOptions & { readonly maxTenants?: number } = {},
): TenantTables {
  return createTenantClients({
    credentials,
    make: (own) => createDocumentClient({ ...options, ...own }),
    ...(options.maxTenants !== undefined && { maxTenants: options.maxTenants }),
  });
}
