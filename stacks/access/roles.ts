import type { Grants, TenantData } from '../resources.ts';
import type { Stage } from '../stage.ts';
import {
  grantStatements,
  type PolicyDocument,
  policyDocument,
  roleArn,
  type Statement,
  tenantRoleTrust,
  tenantStatements,
  workForTenant,
} from './policies.ts';

export interface RoleOptions {
  /** The stage's key. */
  readonly keyArn: $util.Input<string>;
  readonly tenantData?: TenantData | undefined;
  readonly grants?: Grants | undefined;
  readonly more?: $util.Input<readonly Statement[]>;
}

export interface Roles {
  readonly role: aws.iam.Role;
  /** ARN of `role`, known once its policy is attached: what is made with it can do at once what it must. */
  readonly roleArn: $util.Output<string>;
  /** The same of the tenant role: `TENANT_ROLE_ARN`. Absent without tenants' data. */
  readonly tenantRoleArn: $util.Output<string> | undefined;
}

/**
 * The role that a function, a pod or a service of AWS runs as, with one policy of exactly what it is granted. It reaches
 * no tenant's data itself; where it works with such data it may become a second role, for one tenant at a time.
 *
 * @param name logical; the tenant role is called `<name>-tenant`.
 */
export function createRoles(
  stage: Stage,
  name: string,
  trust: $util.Input<PolicyDocument>,
  options: RoleOptions,
): Roles {
  const { tenantData, grants = {}, more } = options;
  const reachesData = tenantData && tenantData.table.length + tenantData.objects.length > 0;
  const tenantRoleName = stage.physical(`${name}-tenant`);

  const role = new aws.iam.Role(`${name}-role`, {
    name: stage.physical(name),
    assumeRolePolicy: $jsonStringify(trust),
  });
  const statements = $util
    .all([options.keyArn, more ?? []])
    .apply(([keyArn, others]) => [
      ...(reachesData ? [workForTenant(roleArn(stage, tenantRoleName))] : []),
      ...grantStatements(stage, keyArn, grants),
      ...(others as readonly Statement[]),
    ]);
  // A role that only trusts has no policy: an empty one is refused.
  const attached =
    reachesData || grants.secrets?.length || grants.executions || grants.tenantList || more
      ? attach(`${name}-policy`, role, statements)
      : role.id;
  return {
    role,
    roleArn: $util.all([role.arn, attached]).apply(([arn]) => arn),
    tenantRoleArn: reachesData
      ? createTenantRole(stage, { name, tenantRoleName, role, keyArn: options.keyArn, tenantData })
      : undefined,
  };
}

function createTenantRole(
  stage: Stage,
  of: {
    readonly name: string;
    readonly tenantRoleName: string;
    readonly role: aws.iam.Role;
    readonly keyArn: $util.Input<string>;
    readonly tenantData: TenantData;
  },
): $util.Output<string> {
  // Never with a tag `tenant_id`: a tag of the role would be the tag of every session.
  const tenantRole = new aws.iam.Role(`${of.name}-tenant-role`, {
    name: of.tenantRoleName,
    assumeRolePolicy: of.role.arn.apply((arn) => JSON.stringify(tenantRoleTrust(arn))),
    maxSessionDuration: 3_600,
  });
  const statements = $output(of.keyArn).apply((keyArn) => tenantStatements(stage, keyArn, of.tenantData));
  const attached = attach(`${of.name}-tenant-policy`, tenantRole, statements);
  return $util.all([tenantRole.arn, attached]).apply(([arn]) => arn);
}

/** @returns the id of the policy, known once it is attached. */
const attach = (
  name: string,
  role: aws.iam.Role,
  statements: $util.Output<readonly Statement[]>,
): $util.Output<string> =>
  new aws.iam.RolePolicy(name, {
    name: 'own',
    role: role.name,
    policy: statements.apply((all) => JSON.stringify(policyDocument(all))),
  }).id;
