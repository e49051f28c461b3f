import { embedDocument } from '../../core/documents/ingest/embed-document.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { createLazyEmbedder, embedderEnvironment } from './embedder.ts';
import { createStores, storesEnvironment } from './stores.ts';
import { task } from './task.ts';

const env = readEnvironment(storesEnvironment.extend(embedderEnvironment.shape));
const stores = createStores(env);
const embedder = createLazyEmbedder(env);

/** A batch takes some ten seconds on a slow machine; this is enough to end in order rather than be cut off. */
const reserveMs = 30_000;

export const handler = task(async ({ tenant, ref }, context) =>
  embedDocument({ ...stores, embedder: await embedder() }, tenant, ref, () => {
    return context.getRemainingTimeInMillis() > reserveMs;
  }),
);
