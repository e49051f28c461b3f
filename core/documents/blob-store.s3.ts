import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { TenantBuckets } from '../aws/tenant-buckets.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { type BlobStore, maxListedKeys } from './blob-store.ts';
import { ownKey } from './own-key.ts';

/** The documents bucket in S3. */
export function createS3BlobStore(buckets: TenantBuckets, bucket: string): BlobStore {
  const listPage = async (tenant: TenantId, prefix: string, after?: string, maxKeys?: number) => {
    const { Contents = [] } = await buckets(tenant).send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: ownKey(tenant, prefix),
        ...(after !== undefined && { StartAfter: after }),
        ...(maxKeys !== undefined && { MaxKeys: maxKeys }),
      }),
    );
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  };

  /**
   * S3 denies the reading of an object that is not there to those who may list a part of the bucket only, as a tenant's
   * session may: a list of that one key tells what is missing from what is forbidden.
   */
  const isMissing = async (tenant: TenantId, key: string, error: unknown) => {
    if (error instanceof NoSuchKey) return true;
    if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== 403) return false;
    return (await listPage(tenant, key, undefined, 1))[0] !== key;
  };

  return {
    async put(tenant, key, bytes, about = {}) {
      await buckets(tenant).send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: ownKey(tenant, key),
          Body: bytes,
          ...(about.contentType !== undefined && { ContentType: about.contentType }),
          ...(about.metadata && { Metadata: { ...about.metadata } }),
        }),
      );
    },
    async get(tenant, key) {
      try {
        const { Body, ContentType, Metadata } = await buckets(tenant).send(
          new GetObjectCommand({ Bucket: bucket, Key: ownKey(tenant, key) }),
        );
        if (!Body) return undefined;
        return {
          bytes: await Body.transformToByteArray(),
          ...(ContentType !== undefined && { contentType: ContentType }),
          metadata: Metadata ?? {},
        };
      } catch (error) {
        if (await isMissing(tenant, key, error)) return undefined;
        throw error;
      }
    },
    async list(tenant, prefix) {
      const keys: string[] = [];
      while (keys.length < maxListedKeys) {
        const page = await listPage(tenant, prefix, keys.at(-1));
        if (page.length === 0) break;
        keys.push(...page);
      }
      return keys.slice(0, maxListedKeys);
    },
    async deletePrefix(tenant, prefix) {
      // Every round removes what it listed, so it ends: at most as many rounds as there are pages of 1,000.
      for (;;) {
        const page = await listPage(tenant, prefix);
        if (page.length === 0) return;
        const { Errors = [] } = await buckets(tenant).send(
          new DeleteObjectsCommand({
            Bucket: bucket,
            Delete: { Objects: page.map((Key) => ({ Key })), Quiet: true },
          }),
        );
        if (Errors.length > 0)
          throw new Error(`${Errors.length} objects could not be deleted: ${Errors[0]?.Code}`);
      }
    },
  };
}
