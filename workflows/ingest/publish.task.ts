import { publishDocument } from '../../core/documents/ingest/publish-document.ts';
import { readEnvironment } from '../../core/environment/read-environment.ts';
import { createAwsIndexStore } from '../../core/retrieval/index-store.aws.ts';
import { createStores, storesEnvironment } from './stores.ts';
import { task } from './task.ts';

const env = readEnvironment(storesEnvironment);
const stores = createStores(env);
const index = createAwsIndexStore({
  ...stores.clients,
  tableName: env.TABLE_NAME,
  bucketName: env.DOCUMENTS_BUCKET,
});

export const handler = task(({ tenant, ref }) => publishDocument({ ...stores, index }, tenant, ref));
