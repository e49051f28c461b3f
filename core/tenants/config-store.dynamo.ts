import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { persist } from '../aws/persist.ts';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { transact } from '../aws/transact.ts';
import { fromStoredDocument, toStoredDocument } from './config-document.ts';
import type { ConfigStore } from './config-store.ts';
import { itemKeys } from './item-keys.ts';
import type { StoredConfig, TenantConfig } from './schema.ts';
import type { TenantId } from './tenant-id.ts';
import { listedAs } from './tenant-list.dynamo.ts';

export interface DynamoConfigStoreOptions {
  readonly tables: TenantTables;
  readonly tableName: string;
  /** How often a write is tried when others change the same tenant. */
  readonly maxTries?: number;
  readonly now?: () => Date;
}

interface Found {
  readonly document: unknown;
  readonly version: number;
  /** Missing on items from before tenants were listed; the next write lists them. */
  readonly createdAt: string | undefined;
}

/**
 * Configurations in the table: item `CONFIG` is `{config, version, created_at, listed}`, and its version is repeated on
 * `ADMISSION` in the same transaction, where the next request of the tenant sees it. By `listed` the tenant is found in
 * the list of tenants; `created_at` (ISO 8601) is when the tenant was first written. `config` is JSON as text: the SDK
 * cannot write a map with a member called `constructor`. Items from before hold a map, which is read as well.
 */
export function createDynamoConfigStore(options: DynamoConfigStoreOptions): ConfigStore {
  const { tables, tableName, maxTries = 12, now = () => new Date() } = options;

  async function read(tenant: TenantId): Promise<Found | undefined> {
    const { Item } = await tables(tenant).send(
      new GetCommand({ TableName: tableName, Key: itemKeys.config(tenant), ConsistentRead: true }),
    );
    return (
      Item && {
        document: Item.config,
        version: Number(Item.version),
        createdAt: typeof Item.created_at === 'string' ? Item.created_at : undefined,
      }
    );
  }

  async function get(tenant: TenantId): Promise<StoredConfig | undefined> {
    const found = await read(tenant);
    return found && { config: fromStoredDocument(tenant, found.document), version: found.version };
  }

  async function put(tenant: TenantId, config: TenantConfig, mayCreate: boolean) {
    const document = toStoredDocument(tenant, config);
    return persist<StoredConfig | undefined>(maxTries, 'The configuration is', async () => {
      // Only the version is needed, so a configuration that can no longer be read can still be replaced.
      const found = await read(tenant);
      if (!found && !mayCreate) return { answer: undefined };
      const version = (found?.version ?? 0) + 1;
      const item = {
        config: JSON.stringify(document),
        version,
        created_at: found?.createdAt ?? now().toISOString(),
        listed: listedAs,
      };
      const written = (await swap(tenant, item, found?.version)) === 'written';
      return written ? { answer: { config: document, version } } : undefined;
    });
  }

  function swap(tenant: TenantId, item: { readonly version: number }, seen: number | undefined) {
    const unchanged =
      seen === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :seen',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':seen': seen },
          };
    return transact(tables(tenant), [
      { Put: { TableName: tableName, Item: { ...itemKeys.config(tenant), ...item }, ...unchanged } },
      {
        Update: {
          TableName: tableName,
          Key: itemKeys.admission(tenant),
          UpdateExpression:
            'SET config_version = :v, auth_epoch = if_not_exists(auth_epoch, :zero), #open = if_not_exists(#open, :none)',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':v': item.version, ':zero': 0, ':none': {} },
        },
      },
    ]);
  }

  return { get, put };
}
