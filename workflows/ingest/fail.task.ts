import middy from '@middy/core';
import { failDocument } from '../../core/documents/ingest/fail-document.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { type IngestPayload, readFailure } from './input.ts';
import { createStores, storesEnvironment } from './stores.ts';

const stores = createStores(readEnvironment(storesEnvironment));

/** Writes down why an attempt ended; the reason shown to people is only ever one that was written for them. */
export const handler = middy<unknown, IngestPayload>().handler(async (event) => {
  const { tenant, ref, error, message, payload } = readFailure(event);
  await failDocument(stores, tenant, ref, error, message);
  return payload;
});
