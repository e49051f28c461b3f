import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createS3BlobStore } from './blob-store.s3.ts';
import { keys } from './keys.ts';

const tenant = vouchForTenant('t1');
const key = keys.text(tenant, 'doc_01hzzzzzzzzzzzzzzzzzzzzzzz', 1);

/** S3 as it answers somebody who may list the tenant's part of the bucket only: what is not there is forbidden. */
function fencedBucket(listed: readonly string[]) {
  const requests: string[] = [];
  const client = new S3Client({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      async handle({ path, query }: { path: string; query: Record<string, string> }) {
        const list = query['list-type'] !== undefined;
        requests.push(list ? `list ${query.prefix}` : `get ${path.slice(1)}`);
        const contents = listed.map((each) => `<Contents><Key>${each}</Key></Contents>`).join('');
        const [statusCode, body] = list
          ? [200, `<ListBucketResult>${contents}</ListBucketResult>`]
          : [403, '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'];
        const headers = { 'content-type': 'application/xml' };
        return { response: { statusCode, headers, body: Readable.from([Buffer.from(body)]) } };
      },
    },
  });
  return { blobs: createS3BlobStore(() => client, 'documents'), requests };
}

describe('an object that S3 denies', () => {
  it('is none where the list does not have it', async () => {
    const { blobs, requests } = fencedBucket([]);
    expect(await blobs.get(tenant, key)).toBeUndefined();
    expect(requests).toEqual([`get ${key}`, `list ${key}`]);
  });

  it('is none where only longer keys begin with its own', async () => {
    expect(await fencedBucket([`${key}.old`]).blobs.get(tenant, key)).toBeUndefined();
  });

  it('is denied where it is listed', async () => {
    await expect(fencedBucket([key]).blobs.get(tenant, key)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
