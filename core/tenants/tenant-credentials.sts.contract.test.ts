import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import { createTenantBuckets, type TenantBuckets } from '../aws/tenant-buckets.ts';
import { createTenantTables } from '../aws/tenant-tables.ts';
import { createS3BlobStore } from '../documents/blob-store.s3.ts';
import { keys } from '../documents/keys.ts';
import { createTenantCredentials } from './create-tenant-credentials.ts';
import { itemKeys } from './item-keys.ts';
import { tenantCredentialsContract } from './tenant-credentials.contract.ts';
import { TenantCredentialsUnavailable } from './tenant-credentials.ts';
import { type TenantId, vouchForTenant } from './tenant-id.ts';

const [t1, t2, unknown] = [vouchForTenant('t1'), vouchForTenant('t2'), vouchForTenant('t3')];
const TENANT_ROLE_ARN = 'arn:aws:iam::000000000000:role/tenant-data';

/** An emulator that checks signatures and policies, with a role that fences tenants by the tag of their session. */
async function startFenced(): Promise<Emulator> {
  const emulator = await startEmulator({ authorise: true });
  Object.assign(process.env, emulator.env);
  const trust = [allow(['sts:AssumeRole', 'sts:TagSession'], { Principal: { AWS: '*' } })];
  await iam(emulator, 'CreateRole', { AssumeRolePolicyDocument: policy(trust) });
  await iam(emulator, 'PutRolePolicy', {
    PolicyName: 'data',
    PolicyDocument: policy([t1, t2].flatMap((tenant) => fence(emulator, tenant))),
  });
  return emulator;
}

const policy = (statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (actions: readonly string[], more: object) => ({ Effect: 'Allow', Action: actions, ...more });

/**
 * What the role's one policy comes to for a tenant: the emulator knows tags, but neither variables in policies nor
 * `dynamodb:LeadingKeys`.
 */
function fence({ bucketName, tableName }: Emulator, tenant: TenantId): object[] {
  const tagged = { 'aws:PrincipalTag/tenant_id': tenant };
  const bucket = `arn:aws:s3:::${bucketName}`;
  return [
    allow(['dynamodb:*'], {
      Resource: `arn:aws:dynamodb:*:*:table/${tableName}`,
      Condition: { StringEquals: tagged },
    }),
    allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], {
      Resource: `${bucket}/${keys.tenant(tenant)}*`,
      Condition: { StringEquals: tagged },
    }),
    allow(['s3:ListBucket'], {
      Resource: bucket,
      Condition: { StringEquals: tagged, StringLike: { 's3:prefix': `${keys.tenant(tenant)}*` } },
    }),
  ];
}

/** One call of the IAM API as root, whose signature the emulator does not check. */
async function iam({ endpoint }: Emulator, action: string, more: Record<string, string>): Promise<void> {
  const scope = 'local/20260101/us-east-1/iam/aws4_request';
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none` },
    body: new URLSearchParams({ Action: action, Version: '2010-05-08', RoleName: 'tenant-data', ...more }),
  });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
}

tenantCredentialsContract('a session of STS for each', async () => {
  const emulator = await startFenced();
  return {
    credentials: createTenantCredentials({ TENANT_ROLE_ARN }),
    tableName: emulator.tableName,
    bucketName: emulator.bucketName,
    identity: (tenant) => new RegExp(`:assumed-role/tenant-data/@${tenant}$`),
    close: () => emulator.stop(),
  };
});

describe("a tenant's session", () => {
  let emulator: Emulator;
  let buckets: TenantBuckets;
  const credentials = () => createTenantCredentials({ TENANT_ROLE_ARN });
  beforeAll(async () => {
    emulator = await startFenced();
    buckets = createTenantBuckets(credentials());
  });
  afterAll(() => emulator?.stop());

  it("cannot touch another tenant's objects, even where the code mixes up their keys", async () => {
    const Bucket = emulator.bucketName;
    const Key = `${keys.tenant(t2)}a`;
    await buckets(t2).send(new PutObjectCommand({ Bucket, Key, Body: 'of t2' }));
    const denied = { $metadata: { httpStatusCode: 403 } };
    const send = buckets(t1);
    await expect(send.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject(denied);
    await expect(send.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))).rejects.toMatchObject(denied);
    for (const Prefix of [keys.tenant(t2), 'tenants/', '']) {
      await expect(send.send(new ListObjectsV2Command({ Bucket, Prefix }))).rejects.toMatchObject(denied);
    }
    const found = await buckets(t2).send(new GetObjectCommand({ Bucket, Key }));
    expect(await found.Body?.transformToString()).toBe('of t2');
  });

  it('of a tenant that the role fences out reaches nothing', async () => {
    const store = createS3BlobStore(buckets, emulator.bucketName);
    await expect(store.list(unknown, keys.tenant(unknown))).rejects.toMatchObject({ name: 'AccessDenied' });
    const command = new GetCommand({ TableName: emulator.tableName, Key: itemKeys.config(unknown) });
    await expect(createTenantTables(credentials())(unknown).send(command)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('is unavailable when the role cannot be assumed', async () => {
    const none = createTenantCredentials({ TENANT_ROLE_ARN: 'arn:aws:iam::000000000000:role/none' });
    const command = new GetCommand({ TableName: emulator.tableName, Key: itemKeys.config(t1) });
    await expect(createTenantTables(none)(t1).send(command)).rejects.toBeInstanceOf(
      TenantCredentialsUnavailable,
    );
  });
});
