import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { TenantTables } from '../../aws/tenant-tables.ts';
import { Problem } from '../../problems/problem.ts';
import { itemKeys } from '../../tenants/item-keys.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { RevocationStore } from './revocation-store.ts';
import { nothingRevoked, type Revocations, withIssuedBefore, withTokenRevoked } from './revocations.ts';

export interface DynamoRevocationStoreOptions {
  readonly tables: TenantTables;
  readonly tableName: string;
  /** How often a write is tried when others write the same tenant's items. */
  readonly maxTries?: number;
  /** Live entries a tenant; `MAX_REVOKED_TOKENS`, unless said otherwise. */
  readonly maxTokens?: number;
}

/** A list and no map by `jti`: names of attributes pass through plain objects, where `__proto__` would be lost. */
const itemSchema = z.object({
  issued_before: z.number().int().nonnegative(),
  tokens: z.array(z.object({ id: z.string(), until: z.number().int() })),
  /** Changes with every write. */
  revision: z.number().int().positive(),
});

interface Held {
  readonly revocations: Revocations;
  /** 0: there is no item yet. */
  readonly revision: number;
}

const expected = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict']);

/**
 * What tenants have taken back, in the one table: one item `AUTH` a tenant. Rights that it takes: `GetItem`, `PutItem`,
 * `UpdateItem`; to look alone, `GetItem`.
 */
export function createDynamoRevocationStore(options: DynamoRevocationStoreOptions): RevocationStore {
  const { tables, tableName, maxTries = 12, maxTokens } = options;

  /** @throws {z.ZodError} when the item cannot be read: then nothing is known, which is not the same as nothing revoked. */
  async function read(tenant: TenantId): Promise<Held> {
    const { Item } = await tables(tenant).send(
      new GetCommand({ TableName: tableName, Key: itemKeys.revocations(tenant), ConsistentRead: true }),
    );
    if (!Item) return { revocations: nothingRevoked, revision: 0 };
    const { issued_before, tokens, revision } = itemSchema.parse(Item);
    return {
      revocations: {
        issuedBeforeS: issued_before,
        tokens: tokens.map(({ id, until }) => ({ id, untilS: until })),
      },
      revision,
    };
  }

  /** Makes the change; tried anew when another was faster. */
  async function change<T>(
    tenant: TenantId,
    make: (held: Revocations) => Revocations | T,
  ): Promise<Revocations | T | 'unknown-tenant'> {
    for (let tries = 1; tries <= maxTries; tries++) {
      const held = await read(tenant);
      const next = make(held.revocations);
      if (!isRevocations(next)) return next;
      // Without an item nothing has shown yet that there is such a tenant: the write does.
      if (next === held.revocations && held.revision > 0) return next;
      const outcome = await write(tenant, held.revision, next);
      if (outcome === 'written') return next;
      if (outcome === 'unknown-tenant') return outcome;
      if (tries < maxTries) await sleep(Math.random() * Math.min(400, 20 * 2 ** tries));
    }
    throw new Problem('conflict', 'The revocations are being changed by others; try again', {
      retryAfterS: 1,
    });
  }

  async function write(
    tenant: TenantId,
    seen: number,
    { issuedBeforeS, tokens }: Revocations,
  ): Promise<'written' | 'unknown-tenant' | 'lost'> {
    try {
      await tables(tenant).send(
        new TransactWriteCommand({
          // The token makes the SDK's own repeats of this transaction one transaction.
          ClientRequestToken: randomUUID(),
          TransactItems: [
            {
              Update: {
                TableName: tableName,
                Key: itemKeys.admission(tenant),
                UpdateExpression: 'ADD auth_epoch :one',
                ConditionExpression: 'attribute_exists(pk)',
                ExpressionAttributeValues: { ':one': 1 },
              },
            },
            {
              Put: {
                TableName: tableName,
                Item: {
                  ...itemKeys.revocations(tenant),
                  issued_before: issuedBeforeS,
                  tokens: tokens.map(({ id, untilS }) => ({ id, until: untilS })),
                  revision: seen + 1,
                },
                ConditionExpression: seen === 0 ? 'attribute_not_exists(pk)' : 'revision = :seen',
                ...(seen > 0 && { ExpressionAttributeValues: { ':seen': seen } }),
              },
            },
          ],
        }),
      );
      return 'written';
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
      if (codes.length !== 2 || !codes.every((code) => expected.has(code))) throw error;
      return codes[0] === 'ConditionalCheckFailed' ? 'unknown-tenant' : 'lost';
    }
  }

  return {
    get: async (tenant) => (await read(tenant)).revocations,
    revokeToken: (tenant, id, nowMs) =>
      change<'too-many'>(tenant, (held) => withTokenRevoked(held, id, nowMs, maxTokens)),
    revokeIssuedBefore: (tenant, issuedBeforeS, nowMs) =>
      change<never>(tenant, (held) => withIssuedBefore(held, issuedBeforeS, nowMs)),
  };
}

const isRevocations = (made: unknown): made is Revocations => typeof made === 'object';
