import { describe, expect, test } from 'vitest';
import {
  grantStatements,
  type Place,
  type PolicyDocument,
  policyDocument,
  roleArn,
  tenantRoleTrust,
  tenantStatements,
  workForTenant,
} from '../access/policies.ts';
import { type FunctionResource, functions, type ServiceResource, services } from '../resources.ts';
import { settings } from '../settings.ts';
import { ofType } from './checks/check.ts';
import { type Plan, plannedAccount, plannedRegion, readPlan } from './plan.ts';
import { type Variant, variants } from './variants.ts';

/** What Lambda does in a function's name, and its code does not. */
const ofLambda = ['WriteOwnLog', 'TakeMessages', 'ReadMessages', 'JoinNetwork', 'DenyNetworkToOwnCode'];

const placeOf = ({ stage }: Variant): Place => {
  const physical = (logical: string) => `atrium-${stage}-${logical}`;
  return {
    partition: 'aws',
    region: plannedRegion,
    accountId: plannedAccount,
    physical,
    unique: (logical) => `${physical(logical)}-${plannedAccount}`,
    arn: (service, resource) => `arn:aws:${service}:${plannedRegion}:${plannedAccount}:${resource}`,
  };
};

const granted = Object.entries<FunctionResource | ServiceResource>({ ...functions, ...services }).filter(
  ([, { tenantData, grants }]) => tenantData ?? grants,
);

/** All policies that a role of the plan has: its documents, and the ARNs of those that others wrote. */
function policiesOf(plan: Plan, role: string): (PolicyDocument | string)[] {
  const of = (type: string) => ofType(plan, type).filter(({ inputs }) => inputs.role === role);
  return [
    ...of('aws:iam/rolePolicy:RolePolicy').map(({ inputs }) => JSON.parse(String(inputs.policy))),
    ...of('aws:iam/rolePolicyAttachment:RolePolicyAttachment').map(({ inputs }) => String(inputs.policyArn)),
  ];
}

/**
 * `test/roles` runs the code with roles that are made from `resources.ts`. These are the roles that a deployment makes,
 * so what was seen there holds for them.
 */
describe.each(variants)('in $name', (variant) => {
  const plan = readPlan(variant.name);
  const place = placeOf(variant);
  const keyArn = place.arn('kms', 'key/data-key');

  test.each(granted)('%s has the roles that resources.ts describes, and no more', (name, described) => {
    const { tenantData, grants = {} } = described;
    const [own, tenantRole] = [place.physical(name), place.physical(`${name}-tenant`)];
    const reaches = tenantData && tenantData.table.length + tenantData.objects.length > 0;
    // A front that is not guarded has no secret.
    const { guardedFront } = settings[variant.stage];
    const secrets = (grants.secrets ?? []).filter((each) => each !== 'origin' || guardedFront);
    const expected = [
      ...(reaches ? [workForTenant(roleArn(place, tenantRole))] : []),
      ...grantStatements(place, keyArn, { ...grants, secrets }),
    ];
    const [first, ...others] = policiesOf(plan, own);
    expect(others).toEqual([]);
    const { Statement: statements } = first as PolicyDocument;
    const ofCode = statements.filter(({ Sid = '' }) => !('handler' in described) || !ofLambda.includes(Sid));
    expect(ofCode).toEqual(expected);
    expect(policiesOf(plan, tenantRole)).toEqual(
      reaches ? [policyDocument(tenantStatements(place, keyArn, tenantData))] : [],
    );
    const trusts = ofType(plan, 'aws:iam/role:Role')
      .filter(({ inputs }) => inputs.name === tenantRole)
      .map(({ inputs }) => JSON.parse(String(inputs.assumeRolePolicy)));
    expect(trusts).toEqual(reaches ? [tenantRoleTrust(roleArn(place, own))] : []);
  });
});
