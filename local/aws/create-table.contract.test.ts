import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tables, tenantList } from '../../stacks/resources.ts';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import { createTable } from './create-table.ts';
import { sdkConfig } from './sdk-config.ts';

let emulator: Emulator;
let client: DynamoDBClient;

beforeAll(async () => {
  emulator = await startEmulator();
  client = new DynamoDBClient(sdkConfig(emulator.endpoint));
});
afterAll(async () => {
  client?.destroy();
  await emulator?.stop();
});

async function listed(TableName: string): Promise<unknown[]> {
  const { Items = [] } = await DynamoDBDocumentClient.from(client).send(
    new QueryCommand({
      TableName,
      IndexName: tenantList.index,
      KeyConditionExpression: 'listed = :tenant',
      ExpressionAttributeValues: { ':tenant': 'TENANT' },
    }),
  );
  return Items;
}

test('the list of tenants holds the items that are listed, in order, and of each what is described', async () => {
  const { tableName: TableName } = emulator;
  const documents = DynamoDBDocumentClient.from(client);
  const put = (Item: Record<string, unknown>) => documents.send(new PutCommand({ TableName, Item }));
  const config = (id: string) => ({ pk: `TENANT#${id}`, sk: 'CONFIG', version: 1, created_at: 'x' });
  await put({ ...config('b'), listed: 'TENANT', secret: 'x' });
  await put({ ...config('a'), listed: 'TENANT' });
  await put({ ...config('c') });
  expect(await listed(TableName)).toEqual(['a', 'b'].map((id) => ({ ...config(id), listed: 'TENANT' })));
});

test('a table of an older stage keeps its items, and gets the index and its items into it', async () => {
  const TableName = 'older';
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const item = { pk: 'TENANT#a', sk: 'CONFIG', version: 1, created_at: 'x', listed: 'TENANT' };
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName, Item: item }));
  await createTable(client, TableName, tables.main);
  await createTable(client, TableName, tables.main);
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual([tenantList.index]);
  expect(await listed(TableName)).toEqual([item]);
});

test('items that are over leave the table by themselves', async () => {
  const { TimeToLiveDescription } = await client.send(
    new DescribeTimeToLiveCommand({ TableName: emulator.tableName }),
  );
  expect(TimeToLiveDescription?.AttributeName).toBe(tables.main.ttl);
});
