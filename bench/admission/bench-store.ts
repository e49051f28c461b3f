import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { tatAttribute } from '../../core/admission/expressions.ts';
import { intervalOf } from '../../core/admission/gcra.ts';
import type { Limit } from '../../core/admission/schema.ts';
import { createDocumentClient, region } from '../../core/aws/clients.ts';
import { createDynamoConfigStore } from '../../core/tenants/config-store.dynamo.ts';
import { itemKeys } from '../../core/tenants/item-keys.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { createStageAuthenticator } from '../../functions/http/authenticator-environment.ts';
import { createTable } from '../../local/aws/create-table.ts';
import { startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { tables } from '../../stacks/resources.ts';

const tableName = 'main';

/** A frozen clock: every bench that needs one reads this. */
export const frozenMs = 1_790_000_000_000;

export const minute = (capacity: number): Limit => ({ bucket: 'minute', capacity, periodMs: 60_000 });
export const hour = (capacity: number): Limit => ({ bucket: 'hour', capacity, periodMs: 3_600_000 });

export interface BenchStore {
  readonly endpoint: string;
  readonly tableName: string;
  /** A tenant that has asked nothing yet, made as the control plane makes tenants. */
  newTenant(): Promise<TenantId>;
  /** A client as admission has it; its connections are closed with the store. */
  client(): DynamoDBDocumentClient;
  /** How many permits the item says were taken from a minute's bucket that was full at `frozenMs`. */
  taken(tenant: TenantId, perMinute: number): Promise<number>;
  close(): Promise<void>;
}

/** DynamoDB Local, empty, with the table as a stage has it. */
export async function openBenchStore(): Promise<BenchStore> {
  const local = await startDynamoDbLocal();
  const { endpoint } = local;
  const clients: DynamoDBDocumentClient[] = [];
  const client = () => {
    const made = createDocumentClient({ endpoint, maxAttempts: 1, requestTimeoutMs: 20_000 });
    clients.push(made);
    return made;
  };
  const close = async () => {
    for (const each of clients) each.destroy();
    await local.stop();
  };
  try {
    const maker = new DynamoDBClient({ endpoint, region: region() });
    await createTable(maker, tableName, tables.main);
    maker.destroy();
  } catch (error) {
    await close();
    throw error;
  }
  const own = client();
  const configs = createDynamoConfigStore({ tables: () => own, tableName });
  const { authenticator } = createStageAuthenticator({ AUTH_MODES: ['header'], AUTH_ISSUERS: [] });
  let made = 0;
  return {
    endpoint,
    tableName,
    client,
    close,
    async newTenant() {
      made += 1;
      const headers = new Headers({ 'x-tenant-id': `bench-${made}` });
      const { tenant } = await authenticator({ headers, address: '127.0.0.1' });
      await configs.put(tenant, tenantConfigSchema.parse({ tenant_id: tenant }), true);
      return tenant;
    },
    async taken(tenant, perMinute) {
      const { Item } = await own.send(
        new GetCommand({ TableName: tableName, Key: itemKeys.admission(tenant), ConsistentRead: true }),
      );
      const tatUs = Item?.[tatAttribute('minute')];
      return tatUs === undefined
        ? 0
        : (Number(tatUs) - frozenMs * 1_000) / intervalOf(minute(perMinute)).emissionUs;
    },
  };
}
