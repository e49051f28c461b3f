import { STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { region } from '../aws/clients.ts';
import { plainTenantCredentials } from './tenant-credentials.plain.ts';
import { createStsTenantCredentials } from './tenant-credentials.sts.ts';
import type { TenantCredentials } from './tenant-credentials.ts';

/** The part of the environment of every process that reaches tenants' data. */
export const tenantCredentialsEnvironment = {
  /** The role that fences a tenant's data. Unset: the process's own credentials, which then must be allowed to. */
  TENANT_ROLE_ARN: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'must be the ARN of a role')
    .optional(),
};

/** The credentials that the environment asks for. Once, at cold start, so that all clients share them. */
export function createTenantCredentials(
  env: z.output<z.ZodObject<typeof tenantCredentialsEnvironment>>,
): TenantCredentials {
  if (env.TENANT_ROLE_ARN === undefined) return plainTenantCredentials;
  const sts = new STSClient({
    region: region(),
    maxAttempts: 3,
    requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true, connectionTimeout: 500 },
  });
  return createStsTenantCredentials({ sts, roleArn: env.TENANT_ROLE_ARN });
}
