import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { KeptQuery, RecentQueries } from './recent-queries.ts';

/** Pages of one read: of what is over and not yet cleaned away there may be a lot, and nothing of it counts. */
const maxPages = 20;

const keptItem = z
  .object({
    at: z.int(),
    message_id: z.string(),
    query: z.string(),
    route: z.string(),
    decided_by: z.string(),
  })
  .transform(
    ({ at, message_id, query, route, decided_by }): KeptQuery => ({
      atMs: at,
      messageId: message_id,
      query,
      route,
      decidedBy: decided_by,
    }),
  );

/**
 * Recent questions, in the one table: an item `QUERY#<time>#<message id>` each, `{at, message_id, query, route,
 * decided_by, expires_at}`. The table cleans them away in its own time, which may be days late, so what is over is left
 * out here. Rights that it takes: `PutItem` to keep, `Query` to read.
 */
export function createDynamoRecentQueries(options: {
  readonly tables: TenantTables;
  readonly tableName: string;
}): RecentQueries {
  const { tables, tableName } = options;

  return {
    async keep(tenant, { atMs, messageId, query, route, decidedBy }, keepHours) {
      await tables(tenant).send(
        new PutCommand({
          TableName: tableName,
          Item: {
            ...itemKeys.query(tenant, atMs, messageId),
            at: atMs,
            message_id: messageId,
            query,
            route,
            decided_by: decidedBy,
            expires_at: Math.floor(atMs / 1_000 + keepHours * 3_600),
          },
        }),
      );
    },
    async since(tenant, fromMs, nowMs, limit) {
      const queries: KeptQuery[] = [];
      let next: Record<string, unknown> | undefined;
      for (let n = 0; n < maxPages; n++) {
        const { Items = [], LastEvaluatedKey } = await tables(tenant).send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
            FilterExpression: 'expires_at > :now',
            ExpressionAttributeValues: {
              ':pk': itemKeys.partition(tenant),
              ':from': itemKeys.query(tenant, fromMs, '').sk,
              // Behind all of this millisecond, and before the first of the next.
              ':to': itemKeys.query(tenant, nowMs + 1, '').sk,
              ':now': Math.floor(nowMs / 1_000),
            },
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: limit + 1 - queries.length,
            ...(next && { ExclusiveStartKey: next }),
          }),
        );
        queries.push(...Items.map((item) => keptItem.parse(item)));
        next = LastEvaluatedKey;
        if (!next || queries.length > limit) break;
      }
      return { queries: queries.slice(0, limit), more: queries.length > limit || next !== undefined };
    },
  };
}
