import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { createTable } from '../../local/aws/create-table.ts';
import { startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { tables } from '../../stacks/resources.ts';
import { startEmulator } from '../../test/support/emulator.ts';
import { createDocumentClient, region } from '../aws/clients.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { cancellationsContract } from './cancellations.contract.ts';
import { createDynamoCancellations } from './cancellations.dynamo.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

async function startLocal() {
  const local = await startDynamoDbLocal();
  const client = new DynamoDBClient({ endpoint: local.endpoint, region: region() });
  await createTable(client, 'main', tables.main);
  client.destroy();
  return local;
}

function onTable(endpoint: string, tableName: string, stop: () => Promise<void>) {
  const documents = createDocumentClient({ endpoint, requestTimeoutMs: 20_000 });
  return {
    documents,
    instance: () => createDynamoCancellations({ tables: () => documents, tableName }),
    async close() {
      documents.destroy();
      await stop();
    },
  };
}

cancellationsContract('DynamoDB Local', async () => {
  const local = await startLocal();
  return onTable(local.endpoint, 'main', () => local.stop());
});

cancellationsContract('the emulator', async () => {
  const emulator = await startEmulator();
  return onTable(emulator.endpoint, emulator.tableName, () => emulator.stop());
});

it('wishes are cleaned away after ten minutes, and do not show who has them', async () => {
  const local = await startLocal();
  const under = onTable(local.endpoint, 'main', () => local.stop());
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  await under.instance().ask(vouchForTenant('c1'), 'msg_1', 'jwt:ann@example.com', nowMs);
  const { Items = [] } = await under.documents.send(new ScanCommand({ TableName: 'main' }));
  expect(Items).toEqual([
    {
      pk: 'TENANT#c1',
      sk: expect.stringMatching(/^CANCEL#msg_1#[\w-]{43}$/),
      [tables.main.ttl]: nowMs / 1_000 + 600,
    },
  ]);
  await under.close();
});
