import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { persist } from '../../aws/persist.ts';
import type { TenantTables } from '../../aws/tenant-tables.ts';
import { transact } from '../../aws/transact.ts';
import { itemKeys } from '../../tenants/item-keys.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import { type ApiKeyRecord, summaryOf } from './api-key.ts';
import { apiKeyItem, apiKeyRecordOf, cleanedAtS } from './api-key-item.ts';
import { apiKeyRosterOf, enrol } from './api-key-roster.ts';
import { type ApiKeyStore, TOUCH_EVERY_MS } from './api-key-store.ts';

export interface DynamoApiKeyStoreOptions {
  readonly tables: TenantTables;
  readonly tableName: string;
  /** How often a write is tried when others change the same tenant's keys. */
  readonly maxTries?: number;
  /** Keys that one list returns at the most, and beside them those that are live. */
  readonly maxListed?: number;
}

/**
 * API keys in the one table: `KEY#<key_id>` for a key, `KEYS` for the roster of those that are live. Rights that it
 * takes: `GetItem`, `Query`, `PutItem`, `UpdateItem`, `ConditionCheckItem`; to authenticate, `GetItem` and for `touch`
 * `UpdateItem`.
 */
export function createDynamoApiKeyStore(options: DynamoApiKeyStoreOptions): ApiKeyStore {
  const { tables, tableName, maxTries = 12, maxListed = 1_000 } = options;

  async function read(tenant: TenantId, key: { pk: string; sk: string }) {
    const { Item } = await tables(tenant).send(
      new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
    );
    return Item;
  }

  async function get(tenant: TenantId, keyId: string): Promise<ApiKeyRecord | undefined> {
    const item = await read(tenant, itemKeys.apiKey(tenant, keyId));
    return item && apiKeyRecordOf(item);
  }

  const keep = <T>(attempt: () => Promise<{ answer: T } | undefined>) =>
    persist(maxTries, 'The keys are', attempt);

  const create: ApiKeyStore['create'] = (tenant, record) =>
    keep(async () => {
      const roster = apiKeyRosterOf(await read(tenant, itemKeys.apiKeyRoster(tenant)));
      const next = enrol(roster, record);
      const outcome = next && (await writeNew(tenant, record, roster.revision, next));
      if (outcome === undefined) return { answer: 'too-many' };
      if (outcome === 'written') return { answer: 'created' };
      const [config, key] = outcome;
      if (config === 'ConditionalCheckFailed') return { answer: 'unknown-tenant' };
      if (key === 'ConditionalCheckFailed') return { answer: 'id-taken' };
      return undefined;
    });

  const writeNew = (
    tenant: TenantId,
    record: ApiKeyRecord,
    seen: number,
    next: { readonly live: object; readonly revision: number },
  ) =>
    transact(tables(tenant), [
      {
        // Not on the admission item: requests of the tenant write that all the time.
        ConditionCheck: {
          TableName: tableName,
          Key: itemKeys.config(tenant),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
      {
        Put: {
          TableName: tableName,
          Item: { ...itemKeys.apiKey(tenant, record.key_id), ...apiKeyItem(record) },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      {
        Put: {
          TableName: tableName,
          Item: { ...itemKeys.apiKeyRoster(tenant), live: next.live, revision: next.revision },
          ConditionExpression: 'attribute_not_exists(pk) OR revision = :seen',
          ExpressionAttributeValues: { ':seen': seen },
        },
      },
    ]);

  const revoke: ApiKeyStore['revoke'] = (tenant, keyId, nowMs) =>
    keep(async () => {
      const found = await get(tenant, keyId);
      if (!found) return { answer: undefined };
      if (found.revoked_at !== undefined) return { answer: summaryOf(found) };
      const revokedAt = new Date(nowMs).toISOString();
      const outcome = await writeRevoked(tenant, keyId, revokedAt, cleanedAtS(nowMs));
      if (outcome === 'written') return { answer: summaryOf({ ...found, revoked_at: revokedAt }) };
      // A key without a tenant cannot be: it is made only where there is one. Say so rather than try again.
      if (outcome[2] === 'ConditionalCheckFailed') throw new Error(`tenant ${tenant} has no admission item`);
      return undefined;
    });

  const writeRevoked = (tenant: TenantId, keyId: string, revokedAt: string, cleanAtS: number) =>
    transact(tables(tenant), [
      {
        Update: {
          TableName: tableName,
          Key: itemKeys.apiKey(tenant, keyId),
          UpdateExpression: 'SET revoked_at = :at, expires_at = :clean',
          ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revoked_at)',
          ExpressionAttributeValues: { ':at': revokedAt, ':clean': cleanAtS },
        },
      },
      {
        Update: {
          TableName: tableName,
          Key: itemKeys.apiKeyRoster(tenant),
          UpdateExpression: 'REMOVE live.#id ADD revision :one',
          ExpressionAttributeNames: { '#id': keyId },
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
      {
        Update: {
          TableName: tableName,
          Key: itemKeys.admission(tenant),
          UpdateExpression: 'ADD auth_epoch :one',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
    ]);

  /** The live keys that a list which was cut off has not got: who cannot be seen cannot be revoked. */
  async function liveBeside(tenant: TenantId, listed: readonly ApiKeyRecord[]): Promise<ApiKeyRecord[]> {
    const { live } = apiKeyRosterOf(await read(tenant, itemKeys.apiKeyRoster(tenant)));
    const seen = new Set(listed.map(({ key_id }) => key_id));
    const missing = Object.keys(live).filter((id) => !seen.has(id));
    const found = await Promise.all(missing.map((id) => get(tenant, id)));
    return found.filter((record) => record !== undefined);
  }

  const list: ApiKeyStore['list'] = async (tenant) => {
    const records: ApiKeyRecord[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await tables(tenant).send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': itemKeys.partition(tenant), ':prefix': itemKeys.apiKeyPrefix },
          ConsistentRead: true,
          Limit: maxListed - records.length,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      records.push(...(page.Items ?? []).map(apiKeyRecordOf));
      from = page.LastEvaluatedKey;
    } while (from && records.length < maxListed);
    if (from) records.push(...(await liveBeside(tenant, records)));
    return records.map(summaryOf).sort((a, b) => b.created_at.localeCompare(a.created_at));
  };

  const touch: ApiKeyStore['touch'] = async (tenant, keyId, nowMs) => {
    try {
      await tables(tenant).send(
        new UpdateCommand({
          TableName: tableName,
          Key: itemKeys.apiKey(tenant, keyId),
          UpdateExpression: 'SET last_used_at = :now',
          // The first half: a key that was cleaned away must not come back as half an item.
          ConditionExpression:
            'attribute_exists(pk) AND (attribute_not_exists(last_used_at) OR last_used_at <= :before)',
          ExpressionAttributeValues: {
            ':now': new Date(nowMs).toISOString(),
            ':before': new Date(nowMs - TOUCH_EVERY_MS).toISOString(),
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  };

  return { create, get, list, revoke, touch };
}
