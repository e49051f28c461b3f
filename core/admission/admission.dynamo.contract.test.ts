import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createTable } from '../../local/aws/create-table.ts';
import { startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { tables } from '../../stacks/resources.ts';
import { startEmulator } from '../../test/support/emulator.ts';
import { createDocumentClient, region } from '../aws/clients.ts';
import { createDynamoConfigStore } from '../tenants/config-store.dynamo.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { admissionContract } from './admission.contract.ts';
import { createDynamoAdmission } from './admission.dynamo.ts';
import type { AdmissionStore } from './admission-store.contract.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'test';
process.env.AWS_SECRET_ACCESS_KEY ??= 'test';

function onTable(endpoint: string, tableName: string, stop: () => Promise<void>): AdmissionStore {
  // 500 requests at once queue up in an emulator for longer than they would in AWS.
  const client = () => createDocumentClient({ endpoint, maxAttempts: 1, requestTimeoutMs: 20_000 });
  const first = client();
  const clients = [first];
  const configs = createDynamoConfigStore({ tables: () => first, tableName });
  return {
    instance() {
      const documents = client();
      clients.push(documents);
      return createDynamoAdmission({
        tables: () => documents,
        tableName,
        deadlineMs: 20_000,
        settleDeadlineMs: 20_000,
      });
    },
    async configure(tenant) {
      await configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
    },
    async withoutOpen(tenant) {
      await first.send(
        new UpdateCommand({
          TableName: tableName,
          Key: itemKeys.admission(tenant),
          UpdateExpression: 'REMOVE #open',
          ExpressionAttributeNames: { '#open': 'open' },
        }),
      );
    },
    async usageOf(tenant, day) {
      const { Item } = await first.send(
        new GetCommand({ TableName: tableName, Key: itemKeys.usage(tenant, day), ConsistentRead: true }),
      );
      return (
        Item && {
          requests: Number(Item.requests),
          promptTokens: Number(Item.prompt_tokens),
          completionTokens: Number(Item.completion_tokens),
          costMicroUsd: Number(Item.cost_micro),
        }
      );
    },
    async close() {
      for (const each of clients) each.destroy();
      await stop();
    },
  };
}

// AWS's own local version: it checks expressions as AWS does and is exact under concurrent writers.
admissionContract(
  'DynamoDB Local',
  async () => {
    const local = await startDynamoDbLocal();
    const client = new DynamoDBClient({ endpoint: local.endpoint, region: region() });
    await createTable(client, 'main', tables.main);
    client.destroy();
    return onTable(local.endpoint, 'main', () => local.stop());
  },
  40,
);

// The emulator of the local stage: more lenient with expressions, so exactness is what is asked of it.
admissionContract(
  'the emulator',
  async () => {
    const emulator = await startEmulator();
    return onTable(emulator.endpoint, emulator.tableName, () => emulator.stop());
  },
  5,
);
