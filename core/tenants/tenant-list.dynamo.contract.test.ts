import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTable } from '../../local/aws/create-table.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { tables } from '../../stacks/resources.ts';
import { startEmulator } from '../../test/support/emulator.ts';
import { createDocumentClient, region } from '../aws/clients.ts';
import { createDynamoConfigStore } from './config-store.dynamo.ts';
import { itemKeys } from './item-keys.ts';
import { tenantConfigSchema } from './schema.ts';
import { vouchForTenant } from './tenant-id.ts';
import { tenantListContract } from './tenant-list.contract.ts';
import { createDynamoTenantList } from './tenant-list.dynamo.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

function onTable(endpoint: string, tableName: string, now: () => Date) {
  const documents = createDocumentClient({ endpoint, requestTimeoutMs: 20_000 });
  return {
    documents,
    store: createDynamoConfigStore({ tables: () => documents, tableName, now }),
    list: createDynamoTenantList({ client: documents, tableName }),
  };
}

let local: DynamoDbLocal;
beforeAll(async () => {
  local = await startDynamoDbLocal();
});
afterAll(() => local?.stop());

async function onNewTable(tableName: string, now: () => Date) {
  const client = new DynamoDBClient({ endpoint: local.endpoint, region: region() });
  await createTable(client, tableName, tables.main);
  client.destroy();
  const under = onTable(local.endpoint, tableName, now);
  return { ...under, close: async () => under.documents.destroy() };
}

tenantListContract('DynamoDB Local', (now) => onNewTable('main', now));

tenantListContract('the emulator', async (now) => {
  const emulator = await startEmulator();
  const under = onTable(emulator.endpoint, emulator.tableName, now);
  return {
    ...under,
    close: async () => {
      under.documents.destroy();
      await emulator.stop();
    },
  };
});

it('a tenant from before there was a list comes onto it with its next write, as of then', async () => {
  const now = new Date('2026-02-03T04:05:06.789Z');
  const { documents, store, list, close } = await onNewTable('from-before', () => now);
  const tenant = vouchForTenant('old');
  const config = tenantConfigSchema.parse({ tenant_id: tenant });
  const item = { ...itemKeys.config(tenant), config, version: 7 };
  await documents.send(new PutCommand({ TableName: 'from-before', Item: item }));
  expect(await list.list(10)).toEqual({ tenants: [] });
  expect(await store.get(tenant)).toEqual({ config, version: 7 });
  await store.put(tenant, config, false);
  const listed = { tenantId: tenant, createdAt: now.toISOString(), configVersion: 8 };
  expect(await list.list(10)).toEqual({ tenants: [listed] });
  await close();
});

it('what else a tenant has in the table is not listed', async () => {
  const { documents, store, list, close } = await onNewTable('more-items', () => new Date());
  const tenant = vouchForTenant('t1');
  await store.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
  const item = { ...itemKeys.document(tenant, 'doc_1'), version: 1, created_at: new Date().toISOString() };
  await documents.send(new PutCommand({ TableName: 'more-items', Item: item }));
  expect((await list.list(10)).tenants).toHaveLength(1);
  await close();
});
