import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createDocumentClient, createS3 } from '../aws/clients.ts';
import { keys } from '../documents/keys.ts';
import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import { createAwsIndexStore } from './index-store.aws.ts';
import type { Manifest } from './manifest.ts';
import { SegmentRejected } from './segment-rejected.ts';

const [t1, t2] = [vouchForTenant('t1'), vouchForTenant('t2')];
const manifestOf = (tenant: TenantId): Manifest => ({
  format: 1,
  id: '01hzzzzzzzzzzzzzzzzzzzzzzz',
  tenant_id: tenant,
  revision: 1,
  segments: [],
  tombstones: [],
});
const keyOf = (tenant: TenantId) => keys.manifest(tenant, 1, manifestOf(tenant).id);

/** A table whose pointers all name the manifest of `t2`, and a bucket with that manifest. */
function mixedUp() {
  const reads: string[] = [];
  const answer = (body: object) => ({
    response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(JSON.stringify(body))]) },
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const table = {
    async handle() {
      return answer({ Item: { revision: { N: '1' }, manifest_key: { S: keyOf(t2) } } });
    },
  };
  const bucket = {
    async handle({ path }: { path: string }) {
      reads.push(path);
      return answer(manifestOf(t2));
    },
  };
  const documents = createDocumentClient({ credentials, requestHandler: table as never });
  const s3 = createS3({ credentials, requestHandler: bucket as never });
  const place = { tableName: 'main', bucketName: 'documents' };
  return { store: createAwsIndexStore({ tables: () => documents, buckets: () => s3, ...place }), reads };
}

it("a pointer at another tenant's manifest is not followed, also where that manifest is in memory", async () => {
  const { store, reads } = mixedUp();
  await expect(store.manifest(t1)).rejects.toBeInstanceOf(SegmentRejected);
  expect(reads).toEqual([]);
  expect(await store.manifest(t2)).toEqual(manifestOf(t2));
  await expect(store.manifest(t1)).rejects.toBeInstanceOf(SegmentRejected);
  await expect(store.hide(t1, 'd1')).rejects.toBeInstanceOf(SegmentRejected);
});
