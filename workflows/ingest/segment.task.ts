import middy from '@middy/core';
import { indexDocument } from '../../core/documents/ingest/index-document.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { createAwsIndexStore } from '../../core/retrieval/index-store.aws.ts';
import { type IngestPayload, readInput } from './input.ts';
import { createStores, storesEnvironment } from './stores.ts';

const env = readEnvironment(storesEnvironment);
const stores = createStores(env);
const index = createAwsIndexStore({
  ...stores.clients,
  tableName: env.TABLE_NAME,
  bucketName: env.DOCUMENTS_BUCKET,
});

/** Hands on the segment's id as well. */
export const handler = middy<unknown, IngestPayload>().handler(async (event) => {
  const { tenant, ref, payload } = readInput(event);
  return { ...payload, segment_id: await indexDocument({ ...stores, index }, tenant, ref) };
});
