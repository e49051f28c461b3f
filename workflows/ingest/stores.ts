import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { createDocumentClient, createS3 } from '../../core/aws/clients.ts';
import { createS3BlobStore } from '../../core/documents/blob-store.s3.ts';
import type { IngestDeps } from '../../core/documents/ingest/attempt.ts';
import { createDynamoLedger } from '../../core/documents/ledger.dynamo.ts';

/** The part of the environment that every task has. */
export const storesEnvironment = z.object({ TABLE_NAME: z.string(), DOCUMENTS_BUCKET: z.string() });

/** What the tasks work on, and the clients below for those that need more. */
export function createStores(
  env: z.infer<typeof storesEnvironment>,
): IngestDeps & { readonly clients: { readonly documents: DynamoDBDocumentClient; readonly s3: S3Client } } {
  const clients = { documents: createDocumentClient(), s3: createS3() };
  return {
    clients,
    ledger: createDynamoLedger(clients.documents, env.TABLE_NAME),
    blobs: createS3BlobStore(clients.s3, env.DOCUMENTS_BUCKET),
  };
}
