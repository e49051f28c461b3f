import { createHash } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { Cancellations } from './cancellations.ts';

/** Longer than any answer may take. */
const keptS = 600;

/**
 * Wishes to end an answer, in the one table: an item `CANCEL#<message_id>#<asker>` each, so that nobody writes over
 * another's. Rights that it takes: `GetItem`, `PutItem`.
 */
export function createDynamoCancellations(options: {
  readonly tables: TenantTables;
  readonly tableName: string;
}): Cancellations {
  const { tables, tableName } = options;
  return {
    async ask(tenant, messageId, asker, nowMs) {
      await tables(tenant).send(
        new PutCommand({
          TableName: tableName,
          Item: { ...keyOf(tenant, messageId, asker), expires_at: Math.ceil(nowMs / 1_000) + keptS },
        }),
      );
    },
    async isAsked(tenant, messageId, asker) {
      const { Item } = await tables(tenant).send(
        new GetCommand({
          TableName: tableName,
          Key: keyOf(tenant, messageId, asker),
          ConsistentRead: true,
        }),
      );
      return Item !== undefined;
    },
  };
}

/** An asker is named by a hash: a subject may be any text of any length. */
function keyOf(tenant: TenantId, messageId: string, asker: string) {
  return itemKeys.cancellation(tenant, messageId, createHash('sha256').update(asker).digest('base64url'));
}
