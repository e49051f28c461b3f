import { z } from 'zod';
import { createTenantBuckets } from '../../core/aws/tenant-buckets.ts';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { createS3BlobStore } from '../../core/documents/blob-store.s3.ts';
import type { IngestDeps } from '../../core/documents/ingest/attempt.ts';
import { createDynamoLedger } from '../../core/documents/ledger.dynamo.ts';
import { createAwsIndexStore } from '../../core/retrieval/index-store.aws.ts';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import {
  createTenantCredentials,
  tenantCredentialsEnvironment,
} from '../../core/tenants/create-tenant-credentials.ts';

/** The part of the environment that every task has. */
export const storesEnvironment = z.object({
  ...tenantCredentialsEnvironment,
  TABLE_NAME: z.string(),
  DOCUMENTS_BUCKET: z.string(),
});

/** What the tasks work on. */
export function createStores(
  env: z.infer<typeof storesEnvironment>,
): IngestDeps & { readonly index: IndexStore } {
  const credentials = createTenantCredentials(env);
  const tables = createTenantTables(credentials);
  const buckets = createTenantBuckets(credentials);
  const [tableName, bucketName] = [env.TABLE_NAME, env.DOCUMENTS_BUCKET];
  return {
    ledger: createDynamoLedger(tables, tableName),
    blobs: createS3BlobStore(buckets, bucketName),
    index: createAwsIndexStore({ tables, buckets, tableName, bucketName }),
  };
}
