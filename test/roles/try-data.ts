import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, createS3 } from '../../core/aws/clients.ts';
import { keys } from '../../core/documents/keys.ts';
import { itemKeys } from '../../core/tenants/item-keys.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import type { ObjectAction, TableAction } from '../../stacks/resources.ts';
import type { Emulator } from '../support/emulator.ts';
import { allowedOf } from './allowed-of.ts';
import type { Credentials } from './emulated-roles.ts';

/**
 * Tries every operation on a tenant's items and objects.
 *
 * @returns those that were allowed, in alphabetical order.
 * @throws what fails for another reason than that it is denied.
 */
export async function tryData(
  { endpoint, tableName, bucketName }: Emulator,
  credentials: Credentials,
  tenant: TenantId,
): Promise<{ readonly table: TableAction[]; readonly objects: ObjectAction[] }> {
  const documents = createDocumentClient({ endpoint, credentials, maxAttempts: 1 });
  const s3 = createS3({ endpoint, credentials });
  const where = { TableName: tableName, Key: { ...itemKeys.config(tenant), sk: 'TRIED' } };
  const check = { ...where, ConditionExpression: 'attribute_not_exists(nothing)' };
  const partition = { ExpressionAttributeValues: { ':pk': itemKeys.partition(tenant) } };
  const object = { Bucket: bucketName, Key: `${keys.tenant(tenant)}tried` };
  const table: Record<TableAction, () => Promise<unknown>> = {
    ConditionCheckItem: () =>
      documents.send(new TransactWriteCommand({ TransactItems: [{ ConditionCheck: check }] })),
    DeleteItem: () => documents.send(new DeleteCommand(where)),
    GetItem: () => documents.send(new GetCommand(where)),
    PutItem: () => documents.send(new PutCommand({ TableName: tableName, Item: where.Key })),
    Query: () =>
      documents.send(
        new QueryCommand({ TableName: tableName, KeyConditionExpression: 'pk = :pk', ...partition }),
      ),
    UpdateItem: () => documents.send(new UpdateCommand(where)),
  };
  const objects: Record<ObjectAction, () => Promise<unknown>> = {
    delete: () =>
      s3.send(new DeleteObjectsCommand({ Bucket: bucketName, Delete: { Objects: [{ Key: object.Key }] } })),
    list: () => s3.send(new ListObjectsV2Command({ Bucket: bucketName, Prefix: keys.tenant(tenant) })),
    read: () => s3.send(new GetObjectCommand(object)),
    write: () => s3.send(new PutObjectCommand({ ...object, Body: 'x' })),
  };
  try {
    return { table: await allowedOf(table), objects: await allowedOf(objects, 'NoSuchKey') };
  } finally {
    documents.destroy();
    s3.destroy();
  }
}
