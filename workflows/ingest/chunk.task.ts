import { cutDocument } from '../../core/documents/ingest/cut-document.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { createStores, storesEnvironment } from './stores.ts';
import { task } from './task.ts';

const stores = createStores(readEnvironment(storesEnvironment));

export const handler = task(({ tenant, ref }) => cutDocument(stores, tenant, ref));
