import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTable } from '../../../local/aws/create-table.ts';
import { type DynamoDbLocal, startDynamoDbLocal } from '../../../local/dynamodb-local/start.ts';
import { tables } from '../../../stacks/resources.ts';
import { startEmulator } from '../../../test/support/emulator.ts';
import { createDynamoAdmission } from '../../admission/admission.dynamo.ts';
import { createDocumentClient, region } from '../../aws/clients.ts';
import { createDynamoConfigStore } from '../../tenants/config-store.dynamo.ts';
import { itemKeys } from '../../tenants/item-keys.ts';
import { tenantConfigSchema } from '../../tenants/schema.ts';
import { type TenantId, vouchForTenant } from '../../tenants/tenant-id.ts';
import { newApiKey } from './api-key.ts';
import { type ApiKeyStoreUnderTest, apiKeyStoreContract } from './api-key-store.contract.ts';
import { createDynamoApiKeyStore } from './api-key-store.dynamo.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

const clientOf = (endpoint: string) => createDocumentClient({ endpoint, requestTimeoutMs: 20_000 });
const makeTenant = async (documents: DynamoDBDocumentClient, tableName: string, tenant: TenantId) => {
  const configs = createDynamoConfigStore({ tables: () => documents, tableName });
  await configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
};

function onTable(endpoint: string, tableName: string, stop: () => Promise<void>): ApiKeyStoreUnderTest {
  const documents = clientOf(endpoint);
  return {
    instance: () => createDynamoApiKeyStore({ tables: () => documents, tableName }),
    makeTenant: (tenant) => makeTenant(documents, tableName, tenant),
    async authEpoch(tenant) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: itemKeys.admission(tenant), ConsistentRead: true }),
      );
      return Number(Item?.auth_epoch ?? 0);
    },
    async close() {
      documents.destroy();
      await stop();
    },
  };
}

async function startLocal(): Promise<DynamoDbLocal> {
  const local = await startDynamoDbLocal();
  const client = new DynamoDBClient({ endpoint: local.endpoint, region: region() });
  await createTable(client, 'main', tables.main);
  client.destroy();
  return local;
}

apiKeyStoreContract('DynamoDB Local', async () => {
  const local = await startLocal();
  return onTable(local.endpoint, 'main', () => local.stop());
});

apiKeyStoreContract('the emulator', async () => {
  const emulator = await startEmulator();
  return onTable(emulator.endpoint, emulator.tableName, () => emulator.stop());
});

describe('API keys in the table', () => {
  /** Today, since DynamoDB Local does clean away what the table's TTL says. */
  const NOW = Math.floor(Date.now() / 1_000) * 1_000;
  const DAY_S = 86_400;
  let local: DynamoDbLocal;
  let documents: DynamoDBDocumentClient;
  let tenants = 0;

  beforeAll(async () => {
    local = await startLocal();
    documents = clientOf(local.endpoint);
  });
  afterAll(async () => {
    documents?.destroy();
    await local?.stop();
  });

  async function newTenant() {
    const tenant = vouchForTenant(`i${++tenants}`);
    await makeTenant(documents, 'main', tenant);
    return tenant;
  }
  const store = (maxListed = 1_000) =>
    createDynamoApiKeyStore({ tables: () => documents, tableName: 'main', maxListed });
  const newKey = (tenant: TenantId, expiresInMs?: number) =>
    newApiKey(
      tenant,
      { name: 'x', scopes: ['chat'], ...(expiresInMs !== undefined && { expiresInMs }) },
      { pepper: Buffer.alloc(32, 7), nowMs: NOW, randomBytes },
    );
  const itemsOf = async (tenant: TenantId) =>
    (
      await documents.send(
        new QueryCommand({
          TableName: 'main',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': itemKeys.partition(tenant) },
          ConsistentRead: true,
        }),
      )
    ).Items ?? [];
  const itemOf = async (tenant: TenantId, keyId: string) =>
    (await itemsOf(tenant)).find(({ sk }) => sk === `KEY#${keyId}`);

  it('hold nothing of the secret, in no item of the tenant', async () => {
    const tenant = await newTenant();
    const { key, record } = newKey(tenant, 1_000);
    await store().create(tenant, record);
    await store().touch(tenant, record.key_id, NOW);
    await store().revoke(tenant, record.key_id, NOW);
    const items = JSON.stringify(await itemsOf(tenant));
    expect(items).toContain(record.hash);
    expect(items).not.toContain(key.slice(-39, -7));
  });

  it('are cleaned away 30 days after they expire or are revoked, and otherwise never', async () => {
    const tenant = await newTenant();
    const [endless, ending] = [newKey(tenant).record, newKey(tenant, 10 * DAY_S * 1_000).record];
    for (const record of [endless, ending]) await store().create(tenant, record);
    expect(await itemOf(tenant, endless.key_id)).not.toHaveProperty(tables.main.ttl);
    expect(await itemOf(tenant, ending.key_id)).toMatchObject({
      [tables.main.ttl]: NOW / 1_000 + 40 * DAY_S,
    });
    for (const record of [endless, ending]) await store().revoke(tenant, record.key_id, NOW);
    for (const { key_id } of [endless, ending]) {
      expect(await itemOf(tenant, key_id)).toMatchObject({ [tables.main.ttl]: NOW / 1_000 + 30 * DAY_S });
    }
  });

  it('do not come back as half an item when a use is noted after they were cleaned away', async () => {
    const tenant = await newTenant();
    const { record } = newKey(tenant);
    await store().create(tenant, record);
    await documents.send(
      new DeleteCommand({ TableName: 'main', Key: itemKeys.apiKey(tenant, record.key_id) }),
    );
    await store().touch(tenant, record.key_id, NOW);
    expect(await itemOf(tenant, record.key_id)).toBeUndefined();
  });

  it('are not revoked without admission learning of it', async () => {
    const tenant = await newTenant();
    const { record } = newKey(tenant);
    await store().create(tenant, record);
    await documents.send(new DeleteCommand({ TableName: 'main', Key: itemKeys.admission(tenant) }));
    await expect(store().revoke(tenant, record.key_id, NOW)).rejects.toThrow(/admission/);
    expect(await store().get(tenant, record.key_id)).toEqual(record);
    expect((await itemsOf(tenant)).some(({ sk }) => sk === 'ADMISSION')).toBe(false);
  });

  it('are revoked while the tenant is busy, and the next admission says so', async () => {
    const tenant = await newTenant();
    const { record } = newKey(tenant);
    await store().create(tenant, record);
    const single = createDocumentClient({
      endpoint: local.endpoint,
      requestTimeoutMs: 20_000,
      maxAttempts: 1,
    });
    const admission = createDynamoAdmission({ tables: () => single, tableName: 'main', deadlineMs: 20_000 });
    const limits = [{ bucket: 'minute', capacity: 1_000_000, periodMs: 60_000 }] as const;
    const busy = { admitted: 0, over: false };
    const callers = Array.from({ length: 8 }, async () => {
      while (!busy.over) if ((await admission.admit(tenant, limits, NOW)).admitted) busy.admitted++;
    });
    while (busy.admitted < 20) await sleep(5);
    const begun = performance.now();
    await store().revoke(tenant, record.key_id, NOW);
    const tookMs = performance.now() - begun;
    const next = await admission.admit(tenant, limits, NOW);
    busy.over = true;
    await Promise.all(callers);
    single.destroy();
    console.info(`revoked in ${tookMs.toFixed(0)} ms beside ${busy.admitted} admissions`);
    expect(next).toMatchObject({ authEpoch: 1 });
    expect((await store().get(tenant, record.key_id))?.revoked_at).toBeDefined();
  });

  it('are listed up to a bound, and those that are live whatever the bound', async () => {
    const tenant = await newTenant();
    const live = { ...newKey(tenant).record, key_id: 'zzzzzzzz' };
    const ended = Array.from({ length: 5 }, () => newKey(tenant).record);
    for (const record of [live, ...ended]) await store().create(tenant, record);
    for (const { key_id } of ended) await store().revoke(tenant, key_id, NOW);
    // Ids decide who comes first, and whoever makes keys can make more until its own comes last.
    for (const bound of [1, 3]) {
      const listed = await store(bound).list(tenant);
      expect(listed.map(({ key_id }) => key_id)).toContain(live.key_id);
      expect(listed.filter(({ revoked_at }) => revoked_at !== undefined).length).toBeLessThanOrEqual(bound);
      expect(new Set(listed.map(({ key_id }) => key_id)).size).toBe(listed.length);
    }
    expect(await store(6).list(tenant)).toHaveLength(6);
  });
});
