import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
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
import { type RevocationStoreUnderTest, revocationStoreContract } from './revocation-store.contract.ts';
import { createDynamoRevocationStore } from './revocation-store.dynamo.ts';
import { MAX_REVOKED_TOKENS } from './revocations.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

const NOW = 1_790_000_000_000;
const clientOf = (endpoint: string, maxAttempts?: number) =>
  createDocumentClient({
    endpoint,
    requestTimeoutMs: 20_000,
    ...(maxAttempts !== undefined && { maxAttempts }),
  });

function onTable(
  endpoint: string,
  tableName: string,
  stop: () => Promise<void>,
  maxTokens = MAX_REVOKED_TOKENS,
): RevocationStoreUnderTest {
  const documents = clientOf(endpoint);
  return {
    instance: () => createDynamoRevocationStore({ tables: () => documents, tableName, maxTokens }),
    async makeTenant(tenant) {
      const configs = createDynamoConfigStore({ tables: () => documents, tableName });
      await configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
    },
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

revocationStoreContract('DynamoDB Local', async (maxTokens) => {
  const local = await startLocal();
  return onTable(local.endpoint, 'main', () => local.stop(), maxTokens);
});

revocationStoreContract('the emulator', async (maxTokens) => {
  const emulator = await startEmulator();
  return onTable(emulator.endpoint, emulator.tableName, () => emulator.stop(), maxTokens);
});

describe('revocations in the table', () => {
  let local: DynamoDbLocal;
  let under: RevocationStoreUnderTest;
  const tenantOf = async (name: string): Promise<TenantId> => {
    const tenant = vouchForTenant(name);
    await under.makeTenant(tenant);
    return tenant;
  };

  beforeAll(async () => {
    local = await startLocal();
    under = onTable(local.endpoint, 'main', () => local.stop());
  });
  afterAll(() => under?.close());

  it('are made while the tenant is busy, and the next admission says so', async () => {
    const tenant = await tenantOf('busy');
    const single = clientOf(local.endpoint, 1);
    const admission = createDynamoAdmission({ tables: () => single, tableName: 'main', deadlineMs: 20_000 });
    const limits = [{ bucket: 'minute', capacity: 1_000_000, periodMs: 60_000 }] as const;
    const busy = { admitted: 0, over: false };
    const callers = Array.from({ length: 8 }, async () => {
      while (!busy.over) if ((await admission.admit(tenant, limits, NOW)).admitted) busy.admitted++;
    });
    while (busy.admitted < 20) await sleep(5);
    const begun = performance.now();
    await under.instance().revokeToken(tenant, 'one', NOW);
    const tookMs = performance.now() - begun;
    const next = await admission.admit(tenant, limits, NOW);
    busy.over = true;
    await Promise.all(callers);
    single.destroy();
    console.info(`revoked in ${tookMs.toFixed(0)} ms beside ${busy.admitted} admissions`);
    expect(next).toMatchObject({ authEpoch: 1 });
    expect((await under.instance().get(tenant)).tokens).toHaveLength(1);
  });

  it('fit into one item when there are as many as can be, each of the longest name', async () => {
    const tenant = await tenantOf('full');
    const documents = clientOf(local.endpoint);
    // A character of three bytes: no other takes more for its length.
    const ids = Array.from({ length: MAX_REVOKED_TOKENS }, (_, n) => `${n}`.padStart(200, '\u{fffd}'));
    const tokens = ids.slice(1).map((id) => ({ id, until: 2_000_000_000 }));
    await documents.send(
      new PutCommand({
        TableName: 'main',
        Item: { ...itemKeys.revocations(tenant), issued_before: 0, tokens, revision: 1 },
      }),
    );
    documents.destroy();
    expect(await under.instance().revokeToken(tenant, ids[0] ?? '', NOW)).not.toBe('too-many');
    expect((await under.instance().get(tenant)).tokens).toHaveLength(MAX_REVOKED_TOKENS);
    expect(await under.instance().revokeToken(tenant, 'more', NOW)).toBe('too-many');
  });

  it('that cannot be read are an error and not nothing', async () => {
    const tenant = await tenantOf('broken');
    const documents = clientOf(local.endpoint);
    for (const broken of [{}, { issued_before: 'x', tokens: [], revision: 1 }, { tokens: {}, revision: 1 }]) {
      await documents.send(
        new PutCommand({ TableName: 'main', Item: { ...itemKeys.revocations(tenant), ...broken } }),
      );
      await expect(under.instance().get(tenant)).rejects.toThrow();
      await expect(under.instance().revokeToken(tenant, 'one', NOW)).rejects.toThrow();
    }
    documents.destroy();
    expect(await under.authEpoch(tenant)).toBe(0);
  });
});
