import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import { type ReservationSweep, sweepReservations } from '../../core/admission/sweep-reservations.ts';
import { createDocumentClient } from '../../core/aws/clients.ts';
import { createDynamoConfigStore } from '../../core/tenants/config-store.dynamo.ts';
import { itemKeys } from '../../core/tenants/item-keys.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { createStageAuthenticator } from '../../functions/http/authenticator-environment.ts';
import { createTable } from '../../local/aws/create-table.ts';
import { startMinistack } from '../../local/aws/ministack.ts';
import { physical } from '../../local/aws/names.ts';
import { provisionSecrets } from '../../local/aws/provision-secrets.ts';
import { sdkConfig } from '../../local/aws/sdk-config.ts';
import { startDynamoDbLocal } from '../../local/dynamodb-local/start.ts';
import { freePort } from '../../local/processes/free-port.ts';
import { tables } from '../../stacks/resources.ts';

/** What a tenant's `USAGE` items say, all days together. */
export interface Usage {
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface Place {
  /** Holds the logs of what is started; removed at the end. */
  readonly dir: string;
  /** What a router needs to find the table and the secrets. */
  readonly env: NodeJS.ProcessEnv;
  /** A tenant with all three budgets, so large that none of them ever refuses. */
  newTenant(): Promise<TenantId>;
  usage(tenant: TenantId): Promise<Usage>;
  /** How many reservations of the tenant are not settled. */
  open(tenant: TenantId): Promise<number>;
  /** The sweep, as if all that is reserved had been forgotten long ago. */
  sweep(tenant: TenantId): Promise<ReservationSweep>;
  close(): Promise<void>;
}

const sweptAfterMs = 11 * 60_000;

/** The table in DynamoDB Local, which is exact about conditions and transactions, and the secrets in the emulator. */
export async function openPlace(): Promise<Place> {
  const dir = await mkdtemp(join(tmpdir(), 'atrium-settled-'));
  const ends: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true, maxRetries: 3 })];
  const close = async () => {
    for (const end of ends.toReversed()) await end();
  };
  try {
    const [local, stack] = await Promise.all([startDynamoDbLocal(), startSecrets(dir, ends)]);
    ends.push(local.stop);
    const { endpoint } = local;
    const maker = new DynamoDBClient(sdkConfig(endpoint));
    await createTable(maker, physical('main'), tables.main);
    maker.destroy();
    const env = {
      ...stack.env,
      AWS_ENDPOINT_URL_DYNAMODB: endpoint,
      TABLE_NAME: physical('main'),
      DOCUMENTS_BUCKET: physical('documents'),
      SERVICE_KEYS_SECRET_NAME: physical('service-keys'),
      AUTH_MODES: 'header',
    };
    return { dir, env, close, ...tenantsIn(endpoint, ends) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startSecrets(dir: string, ends: (() => Promise<void>)[]) {
  const stack = await startMinistack({ port: await freePort(), dir, logPath: join(dir, 'aws.log') });
  ends.push(async () => {
    stack.child.kill();
    await stack.child.exited;
  });
  await provisionSecrets(stack.endpoint);
  return stack;
}

function tenantsIn(endpoint: string, ends: (() => Promise<void>)[]) {
  const tableName = physical('main');
  const { credentials } = sdkConfig(endpoint);
  const client = createDocumentClient({ endpoint, credentials, maxAttempts: 1 });
  ends.push(async () => client.destroy());
  const own = { tables: () => client, tableName };
  const configs = createDynamoConfigStore(own);
  const settlement = createDynamoAdmission(own);
  const { authenticator } = createStageAuthenticator({ AUTH_MODES: ['header'], AUTH_ISSUERS: [] });
  let made = 0;
  return {
    async newTenant() {
      made += 1;
      const headers = new Headers({ 'x-tenant-id': `settled-${made}` });
      const { tenant } = await authenticator({ headers, address: '127.0.0.1' });
      const generous = {
        tenant_id: tenant,
        rate_limit_per_minute: 100_000,
        rate_limit_per_hour: 1_000_000,
        tokens_per_minute: 50_000_000,
        cost_usd_per_day: 1_000,
        max_concurrent: 200,
      };
      await configs.put(tenant, tenantConfigSchema.parse(generous), true);
      return tenant;
    },
    async usage(tenant: TenantId) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :days)',
          ExpressionAttributeValues: {
            ':pk': itemKeys.partition(tenant),
            ':days': itemKeys.usage(tenant, '').sk,
          },
          ConsistentRead: true,
        }),
      );
      const sum = (attribute: string) => Items.reduce((all, item) => all + Number(item[attribute]), 0);
      return {
        requests: sum('requests'),
        promptTokens: sum('prompt_tokens'),
        completionTokens: sum('completion_tokens'),
      };
    },
    open: async (tenant: TenantId) => (await settlement.open(tenant)).length,
    async sweep(tenant: TenantId) {
      async function* one() {
        yield [tenant];
      }
      return sweepReservations({ tenants: one(), settlement, now: () => Date.now() + sweptAfterMs });
    },
  };
}
