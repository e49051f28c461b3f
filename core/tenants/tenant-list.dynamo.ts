import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { decodeTenantCursor, encodeTenantCursor } from './tenant-cursor.ts';
import { tenantIdText } from './tenant-id.ts';
import type { ListedTenant, TenantList } from './tenant-list.ts';

/** The index of the table, and what its items have as `listed`, its partition key; items without it are not listed. */
const index = 'tenants';
export const listedAs = 'TENANT';

export interface DynamoTenantListOptions {
  /**
   * With the function's own credentials, which may ask this index and no more of the table. No tenant's may ask it: it
   * tells of all of them.
   */
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

const prefix = 'TENANT#';
const listedItem = z
  .object({
    pk: z.templateLiteral([prefix, z.string()]),
    version: z.int().min(1),
    created_at: z.iso.datetime().optional(),
  })
  .transform(
    ({ pk, version, created_at }): ListedTenant => ({
      tenantId: tenantIdText.parse(pk.slice(prefix.length)),
      configVersion: version,
      ...(created_at !== undefined && { createdAt: created_at }),
    }),
  );

/** The tenants by the table's index `tenants`, which holds of each configuration its version and when it was first written. */
export function createDynamoTenantList({ client, tableName }: DynamoTenantListOptions): TenantList {
  return {
    async list(limit, cursor) {
      const after = cursor === undefined ? undefined : decodeTenantCursor(cursor);
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: index,
          KeyConditionExpression: 'listed = :listed',
          ExpressionAttributeValues: { ':listed': listedAs },
          // One more than is shown tells whether there are more.
          Limit: limit + 1,
          ...(after !== undefined && {
            ExclusiveStartKey: { listed: listedAs, pk: prefix + after, sk: 'CONFIG' },
          }),
        }),
      );
      const tenants = Items.slice(0, limit).map((item) => listedItem.parse(item));
      const last = tenants.at(-1);
      const more = Items.length > limit || LastEvaluatedKey !== undefined;
      return { tenants, ...(last && more && { cursor: encodeTenantCursor(last.tenantId) }) };
    },
  };
}
