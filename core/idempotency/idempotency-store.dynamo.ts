import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import { type Claim, DEAD_AFTER_MS, KEPT_FOR_MS, type KeyedRequest } from './schema.ts';

export interface DynamoIdempotencyStoreOptions {
  readonly tables: TenantTables;
  readonly tableName: string;
}

const states = { running: 'running', done: 'done', free: 'free' } as const;

/** An item as an exception carries it: the document client leaves that one in the wire's types. */
const foundSchema = z.object({
  state: z.object({ S: z.enum(states) }),
  fingerprint: z.object({ S: z.string() }),
  owner: z.object({ S: z.string() }),
  answer: z.object({ S: z.string() }).optional(),
});

const seconds = (ms: number) => Math.floor(ms / 1_000);
const names = { '#state': 'state', '#owner': 'owner' };

/**
 * Keyed requests in the table: an item `IDEMPOTENCY#<id>` each, `{state, fingerprint, owner, begun_at, answer,
 * expires_at}`. One conditional write claims or tells why not; a claim that is let go is marked `free`, so no right to
 * delete is needed, and is removed with all others after `expires_at`. Rights that it takes: `UpdateItem`.
 */
export function createDynamoIdempotencyStore(options: DynamoIdempotencyStoreOptions): IdempotencyStore {
  const { tables, tableName } = options;
  const placeOf = (tenant: TenantId, id: string) => ({
    TableName: tableName,
    Key: itemKeys.idempotency(tenant, id),
    ExpressionAttributeNames: names,
  });

  async function claim(tenant: TenantId, request: KeyedRequest, nowMs: number): Promise<Claim> {
    const { id, fingerprint } = request;
    const owner = randomUUID();
    try {
      await tables(tenant).send(
        new UpdateCommand({
          ...placeOf(tenant, id),
          UpdateExpression:
            'SET #state = :running, fingerprint = :fingerprint, #owner = :owner, begun_at = :now, expires_at = :end' +
            ' REMOVE answer',
          // What has expired may still be there for days: the table removes it in its own time.
          ConditionExpression:
            'attribute_not_exists(pk) OR #state = :free OR expires_at <= :seconds' +
            ' OR (#state = :running AND fingerprint = :fingerprint AND begun_at <= :dead)',
          ExpressionAttributeValues: {
            ':running': states.running,
            ':free': states.free,
            ':fingerprint': fingerprint,
            ':owner': owner,
            ':now': nowMs,
            ':seconds': seconds(nowMs),
            ':end': seconds(nowMs + KEPT_FOR_MS),
            ':dead': nowMs - DEAD_AFTER_MS,
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { state: 'claimed', owner };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const found = foundSchema.parse(error.Item);
      // The SDK repeats a write whose answer was lost, and then meets the claim that it made.
      if (found.owner.S === owner) return { state: 'claimed', owner };
      if (found.fingerprint.S !== fingerprint) return { state: 'mismatch' };
      return found.state.S === 'done' ? { state: 'done', answer: found.answer?.S } : { state: 'running' };
    }
  }

  return {
    claim,
    async finish(tenant, id, owner, answer) {
      try {
        await tables(tenant).send(
          new UpdateCommand({
            ...placeOf(tenant, id),
            UpdateExpression: `SET #state = :done${answer === undefined ? '' : ', answer = :answer'}`,
            // Also when it is done: then this is the SDK's repeat of the same write.
            ConditionExpression: '#owner = :owner AND #state <> :free',
            ExpressionAttributeValues: {
              ':done': states.done,
              ':free': states.free,
              ':owner': owner,
              ...(answer !== undefined && { ':answer': answer }),
            },
          }),
        );
        return 'kept';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'lost';
        throw error;
      }
    },
    async release(tenant, id, owner) {
      try {
        await tables(tenant).send(
          new UpdateCommand({
            ...placeOf(tenant, id),
            UpdateExpression: 'SET #state = :free',
            ConditionExpression: '#owner = :owner AND #state = :running',
            ExpressionAttributeValues: {
              ':free': states.free,
              ':running': states.running,
              ':owner': owner,
            },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
