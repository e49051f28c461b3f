import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readEnvironment } from '../environment/read-environment.ts';
import { createTenantCredentials, tenantCredentialsEnvironment } from './create-tenant-credentials.ts';
import { plainTenantCredentials } from './tenant-credentials.plain.ts';
import { vouchForTenant } from './tenant-id.ts';

const read = (source: NodeJS.ProcessEnv) => readEnvironment(z.object(tenantCredentialsEnvironment), source);

describe('the credentials that the environment asks for', () => {
  it.each([{}, { TENANT_ROLE_ARN: '' }])("are the process's own without a role: %o", (source) => {
    expect(createTenantCredentials(read(source))).toBe(plainTenantCredentials);
  });

  it.each([
    'arn:aws:iam::123456789012:role/tenant-data',
    'arn:aws-us-gov:iam::123456789012:role/path/tenant-data',
  ])("are a tenant's own with a role: %s", (arn) => {
    const credentials = createTenantCredentials(read({ TENANT_ROLE_ARN: arn }));
    expect(credentials.of(vouchForTenant('t1'))?.memoized).toBe(true);
  });

  it.each(['tenant-data', 'arn:aws:iam::123456789012:user/somebody', 'arn:aws:iam::x:role/tenant-data'])(
    'are none, and nothing starts, with something else in place of a role: %s',
    (arn) => {
      expect(() => read({ TENANT_ROLE_ARN: arn })).toThrow(/TENANT_ROLE_ARN/);
    },
  );
});
