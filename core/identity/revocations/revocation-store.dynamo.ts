import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { persist } from '../../aws/persist.ts';
import type { TenantTables } from '../../aws/tenant-tables.ts';
import { transact } from '../../aws/transact.ts';
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
    return persist<Revocations | T | 'unknown-tenant'>(maxTries, 'The revocations are', async () => {
      const held = await read(tenant);
      const next = make(held.revocations);
      if (!isRevocations(next)) return { answer: next };
      // Without an item nothing has shown yet that there is such a tenant: the write does.
      if (next === held.revocations && held.revision > 0) return { answer: next };
      const outcome = await write(tenant, held.revision, next);
      if (outcome === 'written') return { answer: next };
      return outcome[0] === 'ConditionalCheckFailed' ? { answer: 'unknown-tenant' } : undefined;
    });
  }

  const write = (tenant: TenantId, seen: number, { issuedBeforeS, tokens }: Revocations) =>
    transact(tables(tenant), [
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
    ]);

  return {
    get: async (tenant) => (await read(tenant)).revocations,
    revokeToken: (tenant, id, nowMs) =>
      change<'too-many'>(tenant, (held) => withTokenRevoked(held, id, nowMs, maxTokens)),
    revokeIssuedBefore: (tenant, issuedBeforeS, nowMs) =>
      change<never>(tenant, (held) => withIssuedBefore(held, issuedBeforeS, nowMs)),
  };
}

const isRevocations = (made: unknown): made is Revocations => typeof made === 'object';
