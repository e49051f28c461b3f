import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTable } from '../../local/aws/create-table.ts';
import { startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { tables } from '../../stacks/resources.ts';
import { startEmulator } from '../../test/support/emulator.ts';
import { createDocumentClient, region } from '../aws/clients.ts';
import { type IdempotencyStoreUnderTest, idempotencyStoreContract } from './idempotency-store.contract.ts';
import { createDynamoIdempotencyStore } from './idempotency-store.dynamo.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

function onTable(endpoint: string, tableName: string, stop: () => Promise<void>): IdempotencyStoreUnderTest {
  const documents = createDocumentClient({ endpoint, requestTimeoutMs: 20_000 });
  return {
    instance: () => createDynamoIdempotencyStore({ tables: () => documents, tableName }),
    async close() {
      documents.destroy();
      await stop();
    },
  };
}

idempotencyStoreContract('DynamoDB Local', async () => {
  const local = await startDynamoDbLocal();
  const client = new DynamoDBClient({ endpoint: local.endpoint, region: region() });
  await createTable(client, 'main', tables.main);
  client.destroy();
  return onTable(local.endpoint, 'main', () => local.stop());
});

idempotencyStoreContract('the emulator', async () => {
  const emulator = await startEmulator();
  return onTable(emulator.endpoint, emulator.tableName, () => emulator.stop());
});
