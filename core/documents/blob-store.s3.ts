import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type BlobStore, maxListedKeys } from './blob-store.ts';

/** The documents bucket in S3. */
export function createS3BlobStore(client: S3Client, bucket: string): BlobStore {
  const listPage = async (prefix: string, after: string | undefined) => {
    const { Contents = [] } = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(after && { StartAfter: after }) }),
    );
    return Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  };

  return {
    async put(key, bytes, about = {}) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: bytes,
          ...(about.contentType !== undefined && { ContentType: about.contentType }),
          ...(about.metadata && { Metadata: { ...about.metadata } }),
        }),
      );
    },
    async get(key) {
      try {
        const { Body, ContentType, Metadata } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key }),
        );
        if (!Body) return undefined;
        return {
          bytes: await Body.transformToByteArray(),
          ...(ContentType !== undefined && { contentType: ContentType }),
          metadata: Metadata ?? {},
        };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async list(prefix) {
      const keys: string[] = [];
      while (keys.length < maxListedKeys) {
        const page = await listPage(prefix, keys.at(-1));
        if (page.length === 0) break;
        keys.push(...page);
      }
      return keys.slice(0, maxListedKeys);
    },
    async deletePrefix(prefix) {
      // Every round removes what it listed, so it ends: at most as many rounds as there are pages of 1,000.
      for (;;) {
        const page = await listPage(prefix, undefined);
        if (page.length === 0) return;
        const { Errors = [] } = await client.send(
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
