import middy from '@middy/core';
import { indexDocument } from '../../core/documents/ingest/index-document.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { type IngestPayload, readInput } from './input.ts';
import { createStores, storesEnvironment } from './stores.ts';

const stores = createStores(readEnvironment(storesEnvironment));

/** Hands on the segment's id as well. */
export const handler = middy<unknown, IngestPayload>().handler(async (event) => {
  const { tenant, ref, payload } = readInput(event);
  return { ...payload, segment_id: await indexDocument(stores, tenant, ref) };
});
