import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createTable } from '../../local/aws/create-table.ts';
import { startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { tables } from '../../stacks/resources.ts';
import { startEmulator } from '../../test/support/emulator.ts';
import { createDocumentClient, region } from '../aws/clients.ts';
import { type ConfigStoreUnderTest, configStoreContract } from './config-store.contract.ts';
import { createDynamoConfigStore } from './config-store.dynamo.ts';
import { itemKeys } from './item-keys.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

function onTable(endpoint: string, tableName: string, stop: () => Promise<void>): ConfigStoreUnderTest {
  const documents = createDocumentClient({ endpoint, requestTimeoutMs: 20_000 });
  return {
    store: createDynamoConfigStore({ tables: () => documents, tableName }),
    async versionAtAdmission(tenant) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: itemKeys.admission(tenant), ConsistentRead: true }),
      );
      return Item?.config_version as number | undefined;
    },
    async close() {
      documents.destroy();
      await stop();
    },
  };
}

configStoreContract('DynamoDB Local', async () => {
  const local = await startDynamoDbLocal();
  const client = new DynamoDBClient({ endpoint: local.endpoint, region: region() });
  await createTable(client, 'main', tables.main);
  client.destroy();
  return onTable(local.endpoint, 'main', () => local.stop());
});

configStoreContract('the emulator', async () => {
  const emulator = await startEmulator();
  return onTable(emulator.endpoint, emulator.tableName, () => emulator.stop());
});
