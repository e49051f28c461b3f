import { publishDocument } from '../../core/documents/ingest/publish-document.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { createStores, storesEnvironment } from './stores.ts';
import { task } from './task.ts';

const stores = createStores(readEnvironment(storesEnvironment));

export const handler = task(({ tenant, ref }) => publishDocument(stores, tenant, ref));
