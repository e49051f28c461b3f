import { Readable } from 'node:stream';
import { STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { createDynamoAdmission } from '../admission/admission.dynamo.ts';
import { AdmissionUnsure } from '../admission/admission.ts';
import { limitsOf } from '../admission/limits.ts';
import { createTenantTables } from '../aws/tenant-tables.ts';
import { createCachedConfigs } from './cached-config.ts';
import { createDynamoConfigStore } from './config-store.dynamo.ts';
import { tenantConfigSchema } from './schema.ts';
import { createStsTenantCredentials } from './tenant-credentials.sts.ts';
import { vouchForTenant } from './tenant-id.ts';

const tenant = vouchForTenant('t1');
const config = tenantConfigSchema.parse({ tenant_id: tenant });

/** A cold worker of the chat function, with AWS as a list of what was called. */
function coldWorker() {
  const calls: string[] = [];
  const aws = { calls, stsAnswers: true };
  const answer = (statusCode: number, body: string) => ({
    response: { statusCode, headers: {}, body: Readable.from([Buffer.from(body)]) },
  });
  const sts = new STSClient({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'function', secretAccessKey: 'secret' },
    requestHandler: {
      async handle() {
        calls.push('AssumeRole');
        if (!aws.stsAnswers) return answer(503, '<ErrorResponse/>');
        const session =
          '<AccessKeyId>a</AccessKeyId><SecretAccessKey>b</SecretAccessKey><SessionToken>c</SessionToken>';
        const end = `<Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>`;
        return answer(
          200,
          `<AssumeRoleResponse><AssumeRoleResult><Credentials>${session}${end}</Credentials></AssumeRoleResult></AssumeRoleResponse>`,
        );
      },
    },
  });
  const table = {
    async handle({ headers }: { headers: Record<string, string> }) {
      const call = headers['x-amz-target']?.split('.')[1] ?? '';
      calls.push(call);
      const stored = { Item: { config: marshalled, version: { N: '1' } } };
      const written = { Attributes: { config_version: { N: '1' } } };
      return answer(200, JSON.stringify(call === 'GetItem' ? stored : written));
    },
  };
  const credentials = createStsTenantCredentials({ sts, roleArn: 'arn:aws:iam::123456789012:role/data' });
  const tables = (maxAttempts: number) =>
    createTenantTables(credentials, { maxAttempts, requestHandler: table as never });
  const store = createDynamoConfigStore({ tables: tables(3), tableName: 'main' });
  return Object.assign(aws, {
    configs: createCachedConfigs({ store, now: Date.now }),
    admission: createDynamoAdmission({ tables: tables(1), tableName: 'main' }),
  });
}

/** The configuration as the table has it; what it leaves out has defaults. */
const marshalled = { M: { tenant_id: { S: tenant } } };

it("waits for the tenant's session once, and the next request not at all", async () => {
  const { calls, configs, admission } = coldWorker();
  const ask = async () => {
    const stored = await configs.get(tenant);
    expect(stored).toMatchObject({ config });
    await admission.admit(tenant, limitsOf(config), Date.now());
  };
  await ask();
  expect(calls.splice(0)).toEqual(['AssumeRole', 'GetItem', 'UpdateItem']);
  await ask();
  expect(calls).toEqual(['UpdateItem']);
});

it('shares the session when configuration and admission begin side by side', async () => {
  const { calls, configs, admission } = coldWorker();
  await Promise.all([configs.get(tenant), admission.admit(tenant, limitsOf(config), Date.now())]);
  expect(calls.filter((call) => call === 'AssumeRole')).toHaveLength(1);
});

it('neither admits nor refuses without a session, and sends nothing to the table', async () => {
  const aws = coldWorker();
  aws.stsAnswers = false;
  await expect(aws.admission.admit(tenant, limitsOf(config), Date.now())).rejects.toBeInstanceOf(
    AdmissionUnsure,
  );
  expect(aws.calls).toEqual(['AssumeRole']);
});
