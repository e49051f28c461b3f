import type { Hono } from 'hono';
import { z } from 'zod';
import { createDocumentClient } from '../../core/aws/clients.ts';
import { createTenantBuckets } from '../../core/aws/tenant-buckets.ts';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { createS3BlobStore } from '../../core/documents/blob-store.s3.ts';
import { createDynamoLedger } from '../../core/documents/ledger.dynamo.ts';
import { compileScreen } from '../../core/guardrails/screen.ts';
import { createDynamoIdempotencyStore } from '../../core/idempotency/idempotency-store.dynamo.ts';
import { createDynamoApiKeyStore } from '../../core/identity/keys/api-key-store.dynamo.ts';
import { readOriginCheck } from '../../core/identity/origin-secret.ts';
import { createSecretsClient } from '../../core/identity/read-secret.ts';
import { createDynamoRevocationStore } from '../../core/identity/revocations/revocation-store.dynamo.ts';
import { createDynamoRecentQueries } from '../../core/queries/recent-queries.dynamo.ts';
import { createAwsIndexStore } from '../../core/retrieval/index-store.aws.ts';
import { createDynamoConfigStore } from '../../core/tenants/config-store.dynamo.ts';
import {
  createTenantCredentials,
  tenantCredentialsEnvironment,
} from '../../core/tenants/create-tenant-credentials.ts';
import { createDynamoTenantList } from '../../core/tenants/tenant-list.dynamo.ts';
import type { AppEnv } from '../http/app.ts';
import { authenticatorEnvironment, composeAuthenticator } from '../http/authenticator-environment.ts';
import { createIdempotency } from '../http/idempotency.ts';
import { createAdminApp } from './app.ts';

/** What the control plane needs of its environment, as a function or as a service. */
export const adminEnvironment = {
  ...tenantCredentialsEnvironment,
  TABLE_NAME: z.string(),
  DOCUMENTS_BUCKET: z.string(),
  ...authenticatorEnvironment,
  ORIGIN_SECRET_NAME: z.string().optional(),
  TENANT_CREATION: z.enum(['operator', 'owner']).default('operator'),
};

/** The control plane's app with its real parts. Once, at cold start. */
export async function composeAdmin(
  env: z.infer<z.ZodObject<typeof adminEnvironment>>,
): Promise<Hono<AppEnv>> {
  const secrets = createSecretsClient();
  const credentials = createTenantCredentials(env);
  const [isFromOrigin, { authenticator, settled, pepper }] = await Promise.all([
    readOriginCheck(secrets, env.ORIGIN_SECRET_NAME),
    composeAuthenticator(env, { secrets, credentials }),
  ]);
  const tables = createTenantTables(credentials);
  const buckets = createTenantBuckets(credentials);
  const place = { tableName: env.TABLE_NAME, bucketName: env.DOCUMENTS_BUCKET };
  return createAdminApp({
    authenticator,
    settled,
    isFromOrigin,
    corsOrigins: env.CORS_ORIGINS,
    ownersCreateTenants: env.TENANT_CREATION === 'owner',
    configs: createDynamoConfigStore({ tables, tableName: place.tableName }),
    queries: createDynamoRecentQueries({ tables, tableName: place.tableName }),
    compileScreen,
    ledger: createDynamoLedger(tables, place.tableName),
    blobs: createS3BlobStore(buckets, place.bucketName),
    index: createAwsIndexStore({ tables, buckets, ...place }),
    keys: createDynamoApiKeyStore({ tables, tableName: place.tableName }),
    pepper,
    idempotency: createIdempotency({
      store: createDynamoIdempotencyStore({ tables, tableName: place.tableName }),
    }),
    revocations: createDynamoRevocationStore({ tables, tableName: place.tableName }),
    // Not as any tenant: the list is of all of them.
    tenants: createDynamoTenantList({ client: createDocumentClient(), tableName: place.tableName }),
    now: () => Date.now(),
  });
}
