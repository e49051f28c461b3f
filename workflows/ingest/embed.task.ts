import { embedDocument } from '../../core/documents/ingest/embed-document.ts';
import { readEnvironment } from '../../functions/http/environment.ts';
import { createLazyEmbedder, embedderEnvironment } from './embedder.ts';
import { createStores, storesEnvironment } from './stores.ts';
import { task } from './task.ts';

const env = readEnvironment(storesEnvironment.extend(embedderEnvironment.shape));
const stores = createStores(env);
const embedder = createLazyEmbedder(env);

export const handler = task(async ({ tenant, ref }) =>
  embedDocument({ ...stores, embedder: await embedder() }, tenant, ref),
);
