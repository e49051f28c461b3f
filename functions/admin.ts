import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handle } from 'hono/aws-lambda';
import { z } from 'zod';
import { region } from '../core/aws/clients.ts';
import { createTenantBuckets } from '../core/aws/tenant-buckets.ts';
import { createTenantTables } from '../core/aws/tenant-tables.ts';
import { createS3BlobStore } from '../core/documents/blob-store.s3.ts';
import { createDynamoLedger } from '../core/documents/ledger.dynamo.ts';
import { readEnvironment } from '../core/environment/read-environment.ts';
import { readOriginCheck } from '../core/identity/origin-secret.ts';
import { createAwsIndexStore } from '../core/retrieval/index-store.aws.ts';
import { createDynamoConfigStore } from '../core/tenants/config-store.dynamo.ts';
import {
  createTenantCredentials,
  tenantCredentialsEnvironment,
} from '../core/tenants/create-tenant-credentials.ts';
import { createAdminApp } from './admin/app.ts';
import { authModesVariable } from './http/authenticate.ts';
import { withReadableEvents } from './http/readable-events.ts';

const env = readEnvironment(
  z.object({
    ...tenantCredentialsEnvironment,
    TABLE_NAME: z.string(),
    DOCUMENTS_BUCKET: z.string(),
    AUTH_MODES: authModesVariable,
    ORIGIN_SECRET_NAME: z.string().optional(),
    TENANT_CREATION: z.enum(['operator', 'owner']).default('operator'),
  }),
);

const isFromOrigin = await readOriginCheck(
  new SecretsManagerClient({ region: region() }),
  env.ORIGIN_SECRET_NAME,
);
const credentials = createTenantCredentials(env);
const tables = createTenantTables(credentials);
const buckets = createTenantBuckets(credentials);
const place = { tableName: env.TABLE_NAME, bucketName: env.DOCUMENTS_BUCKET };

/** The admin function, behind a buffered function URL. */
export const handler = withReadableEvents(
  handle(
    createAdminApp({
      authModes: env.AUTH_MODES,
      isFromOrigin,
      ownersCreateTenants: env.TENANT_CREATION === 'owner',
      configs: createDynamoConfigStore({ tables, tableName: place.tableName }),
      ledger: createDynamoLedger(tables, place.tableName),
      blobs: createS3BlobStore(buckets, place.bucketName),
      index: createAwsIndexStore({ tables, buckets, ...place }),
    }),
  ),
);
