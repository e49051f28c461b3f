import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { keys } from '../documents/keys.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { Manifest } from './manifest.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Where a manifest lies in the bucket: what the pointer says. */
export const manifestKey = (tenant: TenantId, { revision, id }: Manifest) =>
  keys.manifest(tenant, revision, id);

/**
 * The parts of the transactions that change a tenant's index. They compare the pointer's key, not its revision: after
 * a restore the same revision may be another manifest.
 */
export const indexStoreItems = {
  movePointer: (
    tableName: string,
    tenant: TenantId,
    from: Manifest | undefined,
    to: Manifest,
  ): TransactItem => ({
    Update: {
      TableName: tableName,
      Key: itemKeys.index(tenant),
      UpdateExpression: 'SET revision = :to, manifest_key = :key',
      ConditionExpression: isAt(from),
      ExpressionAttributeValues: {
        ':to': to.revision,
        ':key': manifestKey(tenant, to),
        ...(from && { ':from': manifestKey(tenant, from) }),
      },
    },
  }),

  /** That the pointer is where it was, for a change that rests on what is live and leaves it alone. */
  keepPointer: (tableName: string, tenant: TenantId, from: Manifest | undefined): TransactItem => ({
    ConditionCheck: {
      TableName: tableName,
      Key: itemKeys.index(tenant),
      ConditionExpression: isAt(from),
      ...(from && { ExpressionAttributeValues: { ':from': manifestKey(tenant, from) } }),
    },
  }),

  /**
   * The ledger's item is the documents capability's; this change of it must be one with the swap.
   *
   * @param document.groups as the item said when the manifest was made: other ones must not be published
   */
  markReady: (
    tableName: string,
    tenant: TenantId,
    document: { document_id: string; version: number; chunks: number; groups: readonly string[] },
  ): TransactItem => {
    const grouped = document.groups.length > 0;
    return {
      Update: {
        TableName: tableName,
        Key: itemKeys.document(tenant, document.document_id),
        UpdateExpression: 'SET #state = :ready, chunks = :chunks, updated_at = :now REMOVE reason',
        ConditionExpression: `${alive} AND version = :version AND ${
          grouped ? '#groups = :groups' : 'attribute_not_exists(#groups)'
        }`,
        ExpressionAttributeNames: { '#state': 'state', '#groups': 'groups' },
        ExpressionAttributeValues: {
          ':ready': 'ready',
          ':chunks': document.chunks,
          ':now': new Date().toISOString(),
          ':version': document.version,
          ...(grouped && { ':groups': document.groups }),
        },
      },
    };
  },

  /** `updated_at` stays: by it one sees whether ingestion has stalled. */
  setGroups: (
    tableName: string,
    tenant: TenantId,
    documentId: string,
    groups: readonly string[],
  ): TransactItem => ({
    Update: {
      TableName: tableName,
      Key: itemKeys.document(tenant, documentId),
      UpdateExpression: groups.length > 0 ? 'SET #groups = :groups' : 'REMOVE #groups',
      ConditionExpression: alive,
      ExpressionAttributeNames: { '#groups': 'groups' },
      ...(groups.length > 0 && { ExpressionAttributeValues: { ':groups': groups } }),
    },
  }),
};

const alive = 'attribute_exists(pk) AND attribute_not_exists(deleting)';
const isAt = (from: Manifest | undefined) => (from ? 'manifest_key = :from' : 'attribute_not_exists(pk)');
