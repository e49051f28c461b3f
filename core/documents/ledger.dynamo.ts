import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { DocumentRecord } from './document.ts';
import type { Advance, DocumentLedger } from './ledger.ts';
import { documentItemSchema, newDocumentItem, recordOf, uploadAttributes } from './ledger-item.ts';
import { decodeListCursor, encodeListCursor } from './list-cursor.ts';
import { documentStates } from './schema.ts';

const alive = 'attribute_exists(pk) AND attribute_not_exists(deleting)';
const unclaimed = 'attribute_not_exists(pk) OR document_id = :former';

/** The ledger in the one table: `DOC#<id>` for a document, `CONTENT#<sha256>` for its claim to its content. */
export function createDynamoLedger(
  tables: TenantTables,
  tableName: string,
  now: () => Date = () => new Date(),
): DocumentLedger {
  const stamp = () => now().toISOString();

  const get = async (tenant: TenantId, documentId: string): Promise<DocumentRecord | undefined> => {
    const { Item } = await tables(tenant).send(
      new GetCommand({
        TableName: tableName,
        Key: itemKeys.document(tenant, documentId),
        ConsistentRead: true,
      }),
    );
    return Item && recordOf(documentItemSchema.parse(Item));
  };

  const update = async (
    tenant: TenantId,
    documentId: string,
    change: {
      set: string;
      condition: string;
      names?: Record<string, string>;
      values: Record<string, unknown>;
    },
  ): Promise<{ ok: true; record: DocumentRecord } | { ok: false; found: DocumentRecord | undefined }> => {
    try {
      const { Attributes } = await tables(tenant).send(
        new UpdateCommand({
          TableName: tableName,
          Key: itemKeys.document(tenant, documentId),
          UpdateExpression: change.set,
          ConditionExpression: change.condition,
          ExpressionAttributeValues: { ...change.values, ':now': stamp() },
          ...(change.names && { ExpressionAttributeNames: change.names }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return { ok: true, record: recordOf(documentItemSchema.parse(Attributes)) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return { ok: false, found: await get(tenant, documentId) };
    }
  };

  /** @returns whether all was written; `false` when a condition did not hold or another write was in the way. */
  const transact = async (
    tenant: TenantId,
    items: NonNullable<ConstructorParameters<typeof TransactWriteCommand>[0]['TransactItems']>,
  ) => {
    try {
      await tables(tenant).send(new TransactWriteCommand({ TransactItems: items }));
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const expected = ['None', 'ConditionalCheckFailed', 'TransactionConflict'];
      if (error.CancellationReasons?.every(({ Code }) => expected.includes(Code ?? 'None'))) return false;
      throw error;
    }
  };

  const claim = (
    tenant: TenantId,
    sha256: string,
    documentId: string,
    version: number,
    formerOwner = '',
  ) => ({
    Put: {
      TableName: tableName,
      Item: { ...itemKeys.content(tenant, sha256), document_id: documentId, version },
      ConditionExpression: unclaimed,
      ExpressionAttributeValues: { ':former': formerOwner },
    },
  });

  return {
    get,
    async list(tenant, limit, cursor) {
      const start =
        cursor === undefined ? undefined : itemKeys.document(tenant, decodeListCursor(tenant, cursor));
      const { Items = [], LastEvaluatedKey } = await tables(tenant).send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          FilterExpression: 'attribute_not_exists(#hidden)',
          ExpressionAttributeNames: { '#hidden': 'hidden' },
          ExpressionAttributeValues: {
            ':pk': itemKeys.partition(tenant),
            ':prefix': itemKeys.documentPrefix,
          },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      const last = LastEvaluatedKey?.sk as string | undefined;
      return {
        documents: Items.map((item) => recordOf(documentItemSchema.parse(item))),
        ...(last && { cursor: encodeListCursor(tenant, last.slice(itemKeys.documentPrefix.length)) }),
      };
    },
    async contentOwner(tenant, sha256) {
      const { Item } = await tables(tenant).send(
        new GetCommand({ TableName: tableName, Key: itemKeys.content(tenant, sha256), ConsistentRead: true }),
      );
      return Item?.document_id as string | undefined;
    },
    async create(tenant, documentId, upload, formerOwner) {
      const item = newDocumentItem(documentId, upload, stamp());
      const written = await transact(tenant, [
        claim(tenant, upload.sha256, documentId, 1, formerOwner),
        {
          Put: {
            TableName: tableName,
            Item: { ...itemKeys.document(tenant, documentId), ...item },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ]);
      return written ? recordOf(item) : undefined;
    },
    async addVersion(tenant, current, upload, formerOwner) {
      const { documentId } = current;
      const version = current.version + 1;
      const attributes = uploadAttributes(upload);
      const names = Object.keys(attributes) as (keyof typeof attributes)[];
      // What is there already of an older version that can be found stays as it is.
      const live =
        current.state === 'ready' ? { live_version: current.version, live_title: current.title } : {};
      const liveNames = Object.keys(live) as (keyof typeof live)[];
      const sets = [...names, ...liveNames].map((name) => `${name} = :${name}`).join(', ');
      const written = await transact(tenant, [
        {
          Update: {
            TableName: tableName,
            Key: itemKeys.document(tenant, documentId),
            UpdateExpression: `SET ${sets}, #state = :queued, version = :next,
              attempts = :one, updated_at = :now REMOVE reason`,
            ConditionExpression: `${alive} AND version = :version AND #state = :state`,
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: {
              ...Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
              ...Object.fromEntries(liveNames.map((name) => [`:${name}`, live[name]])),
              ':queued': 'queued',
              ':state': current.state,
              ':version': current.version,
              ':next': version,
              ':one': 1,
              ':now': stamp(),
            },
          },
        },
        claim(tenant, upload.sha256, documentId, version, formerOwner),
        {
          Delete: {
            TableName: tableName,
            Key: itemKeys.content(tenant, current.sha256),
            ConditionExpression: 'document_id = :id',
            ExpressionAttributeValues: { ':id': documentId },
          },
        },
      ]);
      return written ? get(tenant, documentId) : undefined;
    },
    async restart(tenant, current, naming) {
      const result = await update(tenant, current.documentId, {
        set: `SET #state = :queued, attempts = :next, updated_at = :now${
          naming ? ', title = :title, filename = :filename, media_type = :media_type' : ''
        } REMOVE reason`,
        condition: `${alive} AND version = :version AND attempts = :attempts AND #state = :state`,
        names: { '#state': 'state' },
        values: {
          ':queued': 'queued',
          ':state': current.state,
          ':version': current.version,
          ':attempts': current.attempts,
          ':next': current.attempts + 1,
          ...(naming && {
            ':title': naming.title,
            ':filename': naming.filename,
            ':media_type': naming.mediaType,
          }),
        },
      });
      return result.ok ? result.record : undefined;
    },
    async advance(tenant, ref, state, title): Promise<Advance> {
      const upTo = documentStates.slice(0, documentStates.indexOf(state) + 1);
      const result = await update(tenant, ref.documentId, {
        set: `SET #state = :state, updated_at = :now${title === undefined ? '' : ', title = :title'}`,
        condition: `${alive} AND version = :version AND attempts = :attempt AND #state IN (${upTo.map((s) => `:${s}`)})`,
        names: { '#state': 'state' },
        values: {
          ...Object.fromEntries(upTo.map((s) => [`:${s}`, s])),
          ':state': state,
          ':version': ref.version,
          ':attempt': ref.attempt,
          ...(title !== undefined && { ':title': title }),
        },
      });
      if (result.ok) return 'advanced';
      const { found } = result;
      if (!found || found.deleting) return 'gone';
      const holds = found.version === ref.version && found.attempts === ref.attempt;
      return holds && found.state !== 'failed' ? 'unchanged' : 'over';
    },
    async fail(tenant, ref, reason) {
      const result = await update(tenant, ref.documentId, {
        set: 'SET #state = :failed, reason = :reason, updated_at = :now',
        condition: `${alive} AND version = :version AND attempts = :attempt AND NOT #state IN (:ready, :failed)`,
        names: { '#state': 'state' },
        values: {
          ':failed': 'failed',
          ':ready': 'ready',
          ':reason': reason,
          ':version': ref.version,
          ':attempt': ref.attempt,
        },
      });
      return result.ok;
    },
    async markDeleting(tenant, documentId) {
      const result = await update(tenant, documentId, {
        set: 'SET deleting = :true, updated_at = :now',
        condition: 'attribute_exists(pk)',
        values: { ':true': true },
      });
      return result.ok ? result.record : undefined;
    },
    async markHidden(tenant, documentId) {
      await update(tenant, documentId, {
        set: 'SET #hidden = :true, updated_at = :now',
        condition: 'attribute_exists(deleting)',
        names: { '#hidden': 'hidden' },
        values: { ':true': true },
      });
    },
    async remove(tenant, record) {
      // The claim goes first: a document in deletion that has none is found by the next try, an orphaned claim is not.
      const remove = (key: Record<string, string>, condition: string, values?: Record<string, unknown>) =>
        tables(tenant)
          .send(
            new DeleteCommand({
              TableName: tableName,
              Key: key,
              ConditionExpression: condition,
              ...(values && { ExpressionAttributeValues: values }),
            }),
          )
          .catch((error: unknown) => {
            if (!(error instanceof ConditionalCheckFailedException)) throw error;
          });
      const { documentId, sha256 } = record;
      await remove(itemKeys.content(tenant, sha256), 'document_id = :id', { ':id': documentId });
      await remove(itemKeys.document(tenant, documentId), 'attribute_exists(deleting)');
    },
  };
}
