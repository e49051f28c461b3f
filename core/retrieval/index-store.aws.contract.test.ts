import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startEmulator } from '../../test/support/emulator.ts';
import { createDocumentClient, createS3 } from '../aws/clients.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createAwsIndexStore } from './index-store.aws.ts';
import { indexStoreContract } from './index-store.contract.ts';

indexStoreContract(async () => {
  const emulator = await startEmulator();
  Object.assign(process.env, emulator.env);
  const documents = createDocumentClient({ requestTimeoutMs: 15_000 });
  const s3 = createS3();
  const TableName = emulator.tableName;
  let tenants = 0;
  let inSwap: (() => Promise<void>) | undefined;
  let inTransaction: (() => Promise<void>) | undefined;
  documents.middlewareStack.add(
    (next) => async (args) => {
      if ('TransactItems' in args.input) {
        const run = inTransaction;
        inTransaction = undefined;
        await run?.();
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  s3.middlewareStack.add(
    (next) => async (args) => {
      const { Key } = args.input as { Key?: string };
      if (Key?.includes('/manifests/') && 'Body' in args.input) {
        const run = inSwap;
        inSwap = undefined;
        await run?.();
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    store: createAwsIndexStore({
      tables: () => documents,
      buckets: () => s3,
      tableName: TableName,
      bucketName: emulator.bucketName,
    }),
    newTenant: () => vouchForTenant(`t${++tenants}`),
    async savePointer(tenant) {
      const Key = itemKeys.index(tenant);
      const { Item } = await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return async () => {
        if (Item) await documents.send(new PutCommand({ TableName, Item }));
        else await documents.send(new DeleteCommand({ TableName, Key }));
      };
    },
    onceInSwap(run) {
      inSwap = run;
    },
    onceInTransaction(run) {
      inTransaction = run;
    },
    async putDocument(tenant, document) {
      const Item = { ...itemKeys.document(tenant, document.document_id), ...document };
      await documents.send(new PutCommand({ TableName, Item }));
    },
    async getDocument(tenant, id) {
      const key = itemKeys.document(tenant, id);
      return (await documents.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item;
    },
    async stop() {
      documents.destroy();
      s3.destroy();
      await emulator.stop();
    },
  };
});
