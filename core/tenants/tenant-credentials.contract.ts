import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoAdmission } from '../admission/admission.dynamo.ts';
import { limitsOf } from '../admission/limits.ts';
import { region } from '../aws/clients.ts';
import { createTenantBuckets } from '../aws/tenant-buckets.ts';
import { createTenantTables } from '../aws/tenant-tables.ts';
import { acceptUpload } from '../documents/accept-upload.ts';
import { createS3BlobStore } from '../documents/blob-store.s3.ts';
import { keys } from '../documents/keys.ts';
import { createDynamoLedger } from '../documents/ledger.dynamo.ts';
import { createAwsIndexStore } from '../retrieval/index-store.aws.ts';
import { createDynamoConfigStore } from './config-store.dynamo.ts';
import { tenantConfigSchema } from './schema.ts';
import type { TenantCredentials } from './tenant-credentials.ts';
import { type TenantId, vouchForTenant } from './tenant-id.ts';

/** Credentials that the SDK takes for an AWS with the table and the bucket in it, as this process's environment says. */
export interface TenantCredentialsUnderTest {
  readonly credentials: TenantCredentials;
  readonly tableName: string;
  readonly bucketName: string;
  /** What AWS calls the one who asks with a tenant's credentials. */
  identity(tenant: TenantId): RegExp;
  close(): Promise<void>;
}

const tenants = ['t1', 't2'].map(vouchForTenant);

/** What every way to a tenant's credentials promises: that all stores work with them, for the right tenant. */
export function tenantCredentialsContract(
  name: string,
  open: () => Promise<TenantCredentialsUnderTest>,
): void {
  describe(`the tenants' credentials: ${name}`, () => {
    let under: TenantCredentialsUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under?.close());

    it('are those that AWS knows for the tenant', async () => {
      for (const tenant of tenants) {
        const provider = under.credentials.of(tenant);
        const sts = new STSClient({ region: region(), ...(provider && { credentials: provider }) });
        const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
        expect(Arn).toMatch(under.identity(tenant));
        sts.destroy();
      }
    });

    it('are the same for one tenant, however many ask at once', async () => {
      const ask = async (tenant: TenantId) => (await under.credentials.of(tenant)?.())?.accessKeyId;
      const [first, second] = await Promise.all(
        tenants.map(async (tenant) => new Set(await Promise.all(Array(20).fill(tenant).map(ask)))),
      );
      expect([first?.size, second?.size]).toEqual([1, 1]);
    });

    it('reach the configuration, limits, documents, objects and index of each tenant, side by side', async () => {
      const { credentials, tableName, bucketName } = under;
      const tables = createTenantTables(credentials);
      const buckets = createTenantBuckets(credentials);
      const configs = createDynamoConfigStore({ tables, tableName });
      const admission = createDynamoAdmission({
        tables: createTenantTables(credentials, { maxAttempts: 1 }),
        tableName,
      });
      const ledger = createDynamoLedger(tables, tableName);
      const blobs = createS3BlobStore(buckets, bucketName);
      const index = createAwsIndexStore({ tables, buckets, tableName, bucketName });
      await Promise.all(
        tenants.map(async (tenant) => {
          const config = tenantConfigSchema.parse({ tenant_id: tenant });
          await configs.put(tenant, config, true);
          expect(await configs.get(tenant)).toMatchObject({ config });
          const decision = await admission.admit(tenant, limitsOf(config), Date.now());
          expect(decision).toMatchObject({ admitted: true });
          const file = {
            bytes: new TextEncoder().encode(`Only of ${tenant}`),
            filename: 'a.txt',
            mediaType: 'text/plain',
          };
          const accepted = await acceptUpload({ ledger, blobs }, tenant, file);
          if (!accepted.accepted) throw new Error(accepted.why);
          const { documentId } = accepted.record;
          const { documents } = await ledger.list(tenant, 10);
          expect(documents.map((document) => document.documentId)).toEqual([documentId]);
          const original = keys.original(tenant, documentId, 1);
          expect((await blobs.get(tenant, original))?.bytes).toEqual(file.bytes);
          expect(await blobs.get(tenant, keys.text(tenant, documentId, 1))).toBeUndefined();
          expect(await index.manifest(tenant)).toBeUndefined();
          await blobs.deletePrefix(tenant, keys.document(tenant, documentId));
          expect(await blobs.list(tenant, keys.tenant(tenant))).toEqual([]);
        }),
      );
    });
  });
}
