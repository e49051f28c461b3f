import { setTimeout as sleep } from 'node:timers/promises';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { LRUCache } from 'lru-cache';
import { ulid } from 'ulid';
import { z } from 'zod';
import type { TenantBuckets } from '../aws/tenant-buckets.ts';
import type { TenantTables } from '../aws/tenant-tables.ts';
import { keys } from '../documents/keys.ts';
import { isOwnKey, ownKey } from '../documents/own-key.ts';
import { Problem } from '../problems/problem.ts';
import { itemKeys } from '../tenants/item-keys.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { IndexStore } from './index-store.ts';
import { indexStoreItems, manifestKey, type TransactItem } from './index-store-items.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { isPublished, withGroups, withHidden, withPublished } from './manifest-changes.ts';
import { type BuiltSegment, type SegmentFileName, segmentFileNames, segmentSchema } from './segment.ts';
import { verifyFiles } from './segment-checksums.ts';
import { SegmentRejected } from './segment-rejected.ts';

/** Tries of one swap, and how long they may take together: publishers of one tenant wait for each other here. */
const maxSwaps = 60;
const maxSwapMs = 45_000;
const maxWaitMs = 2_000;
/** Waits grow with every try, up to this many times as long as a try takes. */
const maxWaitInTries = 16;
/** Manifests never change and each has a key of its own (its id is in it), so the ones in use are kept by key. */
const maxCachedManifests = 256;

const pointerSchema = z.object({ revision: z.int().min(1), manifest_key: z.string() });
type Pointer = z.infer<typeof pointerSchema>;
/** What the store reads of a ledger item. */
const ledgerItemSchema = z.object({
  version: z.int(),
  deleting: z.boolean().optional(),
  groups: z.array(z.string()).optional(),
});

/** How a swap ends without writing, or what it writes: the same manifest, or none, means that it stays. */
type Change<R> =
  | { readonly result: R }
  | { readonly after: Manifest | undefined; readonly others: readonly TransactItem[] };

/** The pointer moved so often that a change never got through. The change was not made; trying again is safe. */
const busy = (why: string) =>
  new Problem('unavailable', 'The documents are being changed by others. Try again.', {
    retryAfterS: 1,
    cause: new Error(why),
  });

/** Objects in S3 under the tenant's prefix; the pointer is the tenant's `INDEX` item in the table. */
export function createAwsIndexStore(options: {
  tables: TenantTables;
  buckets: TenantBuckets;
  tableName: string;
  bucketName: string;
}): IndexStore {
  const { tables, buckets, tableName, bucketName } = options;
  const cache = new LRUCache<string, Manifest>({ max: maxCachedManifests });

  const read = async (tenant: TenantId, key: string): Promise<Uint8Array> => {
    const { Body } = await buckets(tenant).send(
      new GetObjectCommand({ Bucket: bucketName, Key: ownKey(tenant, key) }),
    );
    if (!Body) throw new Error(`${key} has no body`);
    return Body.transformToByteArray();
  };
  const write = async (
    tenant: TenantId,
    key: string,
    body: Uint8Array | string,
    type: string,
  ): Promise<void> => {
    await buckets(tenant).send(
      new PutObjectCommand({
        Bucket: bucketName,
        Key: ownKey(tenant, key),
        Body: body,
        ContentType: type,
      }),
    );
  };

  const pointer = async (tenant: TenantId): Promise<Pointer | undefined> => {
    const { Item } = await tables(tenant).send(
      new GetCommand({ TableName: tableName, Key: itemKeys.index(tenant), ConsistentRead: true }),
    );
    return Item && pointerSchema.parse(Item);
  };
  const manifest = async (tenant: TenantId): Promise<Manifest | undefined> => {
    const found = await pointer(tenant);
    if (!found) return undefined;
    if (!isOwnKey(tenant, found.manifest_key)) {
      throw new SegmentRejected(`the index of ${tenant} points outside of it`);
    }
    const known = cache.get(found.manifest_key);
    if (known) return known;
    const loaded = manifestSchema.parse(
      JSON.parse(new TextDecoder().decode(await read(tenant, found.manifest_key))),
    );
    if (loaded.tenant_id !== tenant || manifestKey(tenant, loaded) !== found.manifest_key) {
      throw new SegmentRejected(`${found.manifest_key} is not the manifest that the index points at`);
    }
    cache.set(found.manifest_key, loaded);
    return loaded;
  };

  /** What a publish rests on; read as consistently as the pointer. */
  const ledgerItem = async (tenant: TenantId, documentId: string) => {
    const { Item } = await tables(tenant).send(
      new GetCommand({
        TableName: tableName,
        Key: itemKeys.document(tenant, documentId),
        ConsistentRead: true,
      }),
    );
    return Item && ledgerItemSchema.parse(Item);
  };

  /**
   * Makes a change to the live manifest, with other items in the same transaction. Nothing of it is done when the
   * manifest is another one by then, and it is tried again.
   *
   * @param refused the outcome when a condition of another item does not hold; without it, that too is tried again
   */
  const swap = async <R>(
    tenant: TenantId,
    change: (before: Manifest | undefined, newId: string) => Change<R> | Promise<Change<R>>,
    done: R,
    refused?: { result: R },
  ): Promise<R> => {
    const startedAt = performance.now();
    let lastTryMs = 0;
    for (let tried = 0; tried < maxSwaps && performance.now() - startedAt < maxSwapMs; tried++) {
      if (tried > 0) await sleep(Math.random() * waitMs(tried, lastTryMs));
      const triedAt = performance.now();
      const before = await manifest(tenant);
      const changed = await change(before, ulid().toLowerCase());
      if ('result' in changed) return changed.result;
      const { after, others } = changed;
      if (after && after !== before) {
        await write(tenant, manifestKey(tenant, after), JSON.stringify(after), 'application/json');
      }
      const pointer =
        after && after !== before
          ? indexStoreItems.movePointer(tableName, tenant, before, after)
          : indexStoreItems.keepPointer(tableName, tenant, before);
      const outcome = await transact(tables(tenant), [pointer, ...others]);
      if (outcome === 'done') return done;
      if (outcome === 'refused' && refused) return refused.result;
      lastTryMs = performance.now() - triedAt;
    }
    throw busy(`The index of ${tenant} moved ${maxSwaps} times`);
  };

  return {
    manifest,
    async upload(tenant, built) {
      const { segment, files } = built;
      if (segment.tenant_id !== tenant) throw new SegmentRejected(`${segment.id} is another tenant's`);
      await Promise.all(
        segmentFileNames.map((name) =>
          write(tenant, keys.segment(tenant, segment.id, name), files[name], 'application/octet-stream'),
        ),
      );
      await write(
        tenant,
        keys.segment(tenant, segment.id, 'segment.json'),
        JSON.stringify(segment),
        'application/json',
      );
    },
    async readSegment(tenant, segmentId) {
      const text = new TextDecoder().decode(
        await read(tenant, keys.segment(tenant, segmentId, 'segment.json')),
      );
      const parsed = segmentSchema.safeParse(JSON.parse(text));
      if (!parsed.success || parsed.data.id !== segmentId || parsed.data.tenant_id !== tenant) {
        throw new SegmentRejected(`${segmentId} is not described by its segment.json`);
      }
      const files = await Promise.all(
        segmentFileNames.map(async (name) => [
          name,
          await read(tenant, keys.segment(tenant, segmentId, name)),
        ]),
      );
      const built: BuiltSegment = {
        segment: parsed.data,
        files: Object.fromEntries(files) as Record<SegmentFileName, Uint8Array>,
      };
      await verifyFiles(built);
      return built;
    },
    async publish(tenant, segment, document) {
      if (segment.tenant_id !== tenant) throw new SegmentRejected(`${segment.id} is another tenant's`);
      return swap<'published' | 'superseded'>(
        tenant,
        async (before, newId) => {
          if (before && isPublished(before, segment.id, document)) return { result: 'published' };
          const item = await ledgerItem(tenant, document.document_id);
          if (!item || item.deleting || item.version !== document.version) return { result: 'superseded' };
          const grouped = { ...document, groups: item.groups ?? [] };
          const after = withPublished(before, segment, grouped, newId);
          if (after === before) return { result: 'superseded' };
          return { after, others: [indexStoreItems.markReady(tableName, tenant, grouped)] };
        },
        'published',
      );
    },
    async regroup(tenant, documentId, groups) {
      return swap<boolean>(
        tenant,
        (before, newId) => ({
          after: before && withGroups(before, documentId, groups, newId),
          others: [indexStoreItems.setGroups(tableName, tenant, documentId, groups)],
        }),
        true,
        { result: false },
      );
    },
    async hide(tenant, documentId) {
      await swap<undefined>(
        tenant,
        (before, newId) => {
          const after = before && withHidden(before, documentId, newId);
          return !after || after === before ? { result: undefined } : { after, others: [] };
        },
        undefined,
      );
    },
  };
}

/**
 * The longest wait before the next try (full jitter). It is measured in tries, not in milliseconds: a swap gets
 * through when nobody else's falls into the time that it takes, however slow storage is at the moment.
 */
function waitMs(tried: number, lastTryMs: number): number {
  return Math.min(maxWaitMs, lastTryMs * Math.min(maxWaitInTries, 2 ** tried));
}

/**
 * @returns `moved` when another writer was faster (the first item's condition, or a conflict), `refused` when a
 *   condition of another item does not hold.
 */
async function transact(
  documents: DynamoDBDocumentClient,
  items: TransactItem[],
): Promise<'done' | 'moved' | 'refused'> {
  try {
    await documents.send(new TransactWriteCommand({ TransactItems: items }));
    return 'done';
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    if (codes.slice(1).includes('ConditionalCheckFailed')) return 'refused';
    const retryable = new Set(['None', 'ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError']);
    if (codes.length > 0 && codes.every((code) => retryable.has(code))) return 'moved';
    throw error;
  }
}
