import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  grantStatements,
  policyDocument,
  roleArn,
  type Statement,
  tenantRoleTrust,
  tenantStatements,
  workForTenant,
} from '../../stacks/access/policies.ts';
import type { Grants, TenantData } from '../../stacks/resources.ts';
import { emulatedPlace as place } from './emulated-place.ts';
import { writtenOut } from './written-out.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface EmulatedRole {
  readonly arn: string;
  readonly credentials: Credentials;
  readonly tenantRoleArn: string | undefined;
  /** What the role itself is granted, and what its tenant role is. */
  readonly statements: readonly Statement[];
}

/** Nothing here is encrypted with it: the emulator asks nobody's leave to use a key. */
const keyArn = place.arn('kms', 'key/00000000-0000-4000-8000-000000000000');

/**
 * Makes the role of a function or service, and the role that it takes for a tenant, from the same statements as a
 * stage in AWS.
 *
 * @param tenants those that the tenant role knows, see `writtenOut`.
 */
export async function createEmulatedRole(
  endpoint: string,
  name: string,
  of: { readonly tenantData?: TenantData | undefined; readonly grants?: Grants | undefined },
  tenants: readonly string[],
): Promise<EmulatedRole> {
  const reached = of.tenantData && of.tenantData.table.length + of.tenantData.objects.length > 0;
  const tenantRole = place.physical(`${name}-tenant`);
  const own: Statement[] = [
    ...(reached ? [workForTenant(roleArn(place, tenantRole))] : []),
    ...grantStatements(place, keyArn, of.grants ?? {}),
  ];
  const ofTenant = of.tenantData ? tenantStatements(place, keyArn, of.tenantData) : [];
  const arn = roleArn(place, place.physical(name));
  // In AWS the service that runs the code takes the role; here it is the owner of the account.
  await makeRole(endpoint, place.physical(name), own, {
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${place.accountId}:root` },
    Action: 'sts:AssumeRole',
  });
  if (reached) {
    await makeRole(endpoint, tenantRole, writtenOut(ofTenant, tenants), ...tenantRoleTrust(arn).Statement);
  }
  return {
    arn,
    credentials: await assumeRole(endpoint, { role: arn }),
    tenantRoleArn: reached ? roleArn(place, tenantRole) : undefined,
    statements: [...own, ...ofTenant],
  };
}

/** @throws when the role cannot be taken, by these credentials or else by the account's owner, with these tags. */
export async function assumeRole(
  endpoint: string,
  ask: {
    readonly role: string;
    readonly by?: Credentials;
    readonly tags?: Readonly<Record<string, string>>;
  },
): Promise<Credentials> {
  const sts = new STSClient({
    endpoint,
    region: place.region,
    credentials: ask.by ?? { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  try {
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: ask.role,
        RoleSessionName: 'test',
        Tags: Object.entries(ask.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
  } finally {
    sts.destroy();
  }
}

async function makeRole(
  endpoint: string,
  RoleName: string,
  statements: readonly Statement[],
  ...trust: readonly Statement[]
): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify(policyDocument(trust));
  await iam(endpoint, { Action: 'CreateRole', RoleName, AssumeRolePolicyDocument });
  if (statements.length === 0) return;
  const PolicyDocument = JSON.stringify(policyDocument(statements));
  await iam(endpoint, { Action: 'PutRolePolicy', RoleName, PolicyName: 'own', PolicyDocument });
}

/** One call of the IAM API as the account's owner, whose signature the emulator does not check. */
async function iam(endpoint: string, form: Record<string, string>): Promise<void> {
  const scope = `local/20260101/${place.region}/iam/aws4_request`;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none` },
    body: new URLSearchParams({ Version: '2010-05-08', ...form }),
  });
  if (!response.ok) throw new Error(`${form.Action}: ${response.status} ${await response.text()}`);
}
