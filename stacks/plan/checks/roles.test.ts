import { expect, test } from 'vitest';
import {
  dataByTenantRolesOnly,
  fencedTenantRoles,
  narrowTrust,
  networkNotForCode,
  ownRoles,
  tenantListForTwo,
  tenantRolesForOne,
} from './roles.ts';
import { policyOf, resource, said } from './tiny-plan.ts';

const roleArn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const role = (name: string, Principal: unknown, more: object = {}) =>
  resource('aws:iam/role:Role', name, {
    name,
    assumeRolePolicy: policyOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, ...more }),
  });

test('a role that trusts the root, everybody, another account or every identity is seen', () => {
  expect(
    said(narrowTrust, [role('a', { Service: 'lambda.amazonaws.com' }), role('b', { AWS: roleArn('a') })]),
  ).toEqual([]);
  for (const who of [
    'arn:aws:iam::123456789012:root',
    '123456789012',
    '*',
    'arn:aws:iam::999999999999:role/x',
    `${roleArn('a')}*`,
  ]) {
    expect(said(narrowTrust, [role('a', { AWS: [roleArn('b'), who] })]), who).toHaveLength(1);
  }
  const pods = { Federated: 'arn:aws:iam::123456789012:oidc-provider/x' };
  const named = { 'x:aud': 'sts.amazonaws.com', 'x:sub': 'system:serviceaccount:atrium:rag' };
  expect(said(narrowTrust, [role('a', pods, { Condition: { StringEquals: named } })])).toEqual([]);
  expect(said(narrowTrust, [role('a', pods, { Condition: { StringLike: named } })])).toHaveLength(1);
  expect(said(narrowTrust, [role('a', pods)])).toHaveLength(1);
});

test('two functions with one role, or one with a role from elsewhere, are seen', () => {
  const lambda = (name: string, of: string) =>
    resource('aws:lambda/function:Function', name, { name, role: roleArn(of) });
  const roles = [role('a', { Service: 'x' }), role('b', { Service: 'x' })];
  expect(said(ownRoles, [...roles, lambda('f', 'a'), lambda('g', 'b')])).toEqual([]);
  expect(said(ownRoles, [...roles, lambda('f', 'a'), lambda('g', 'a')])).toEqual([
    'it shares its role with g',
    'it shares its role with f',
  ]);
  expect(said(ownRoles, [...roles, lambda('f', 'c')])).toHaveLength(1);
});

const tag = `\${aws:PrincipalTag/tenant_id}`;
const taggedOnly = {
  'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant_id'] },
  Null: { 'aws:RequestTag/tenant_id': 'false' },
};
const tenantRole = (more: object = {}) =>
  resource('aws:iam/role:Role', 'chat-tenant', {
    name: 'chat-tenant',
    assumeRolePolicy: policyOf({
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Principal: { AWS: roleArn('chat') },
      Condition: taggedOnly,
      ...more,
    }),
  });
const policy = (of: string, ...statements: object[]) =>
  resource('aws:iam/rolePolicy:RolePolicy', `${of}-policy`, { role: of, policy: policyOf(...statements) });
const items = (Condition: object, Action = ['dynamodb:GetItem']) => ({
  Effect: 'Allow',
  Action,
  Resource: 't',
  Condition,
});
const fence = {
  'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`TENANT#${tag}`] },
  Null: { 'dynamodb:LeadingKeys': 'false' },
};

test("what a function runs as reaches no tenant's data", () => {
  const plan = (statement: object) => [
    tenantRole(),
    policy('chat-tenant', items(fence)),
    policy('chat', statement),
  ];
  expect(
    said(dataByTenantRolesOnly, plan({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'x' })),
  ).toEqual([]);
  expect(said(dataByTenantRolesOnly, plan(items(fence)))).toHaveLength(1);
  const manifests = 'arn:aws:s3:::atrium-prod-manifests-123456789012/cluster/x.zip';
  expect(
    said(dataByTenantRolesOnly, plan({ Effect: 'Allow', Action: 's3:GetObject', Resource: manifests })),
  ).toEqual([]);
  expect(
    said(
      dataByTenantRolesOnly,
      plan({ Effect: 'Allow', Action: 's3:GetObject', Resource: [manifests, 'arn:aws:s3:::*'] }),
    ),
  ).toHaveLength(1);
  for (const Action of ['s3:GetObject', 's3:ListBucket', 'dynamodb:Query', 'dynamodb:*', 's3:*'])
    expect(
      said(dataByTenantRolesOnly, plan({ Effect: 'Allow', Action, Resource: 'x' })),
      Action,
    ).toHaveLength(1);
});

test('the list of tenants is asked by two functions as themselves, and by nobody else', () => {
  const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/atrium-prod-main';
  const list = `${table}/index/tenants`;
  const asks = (Resource: string | string[], Action: string | string[] = 'dynamodb:Query') => ({
    Effect: 'Allow',
    Action,
    Resource,
  });
  const found = (role: string, statement: object) => [
    said(tenantListForTwo, [tenantRole(), policy(role, statement)]).length,
    said(dataByTenantRolesOnly, [tenantRole(), policy(role, statement)]).length,
  ];
  for (const role of ['atrium-prod-admin', 'atrium-prod-admission-sweep'])
    expect(found(role, asks(list)), role).toEqual([0, 0]);
  for (const role of ['atrium-prod-chat', 'atrium-prod-rag', 'atrium-dev-admin', 'atrium-prod-admin-x'])
    expect(found(role, asks(list)), role).toEqual([1, 1]);
  for (const wrong of [
    asks(`${table}/index/others`),
    asks(`${table}/index/*`),
    asks(`${table}*`),
    asks([list, `${table}/index/others`]),
    asks(list, 'dynamodb:Scan'),
    asks(list, ['dynamodb:Query', 'dynamodb:Scan']),
    asks(list, 'dynamodb:*'),
  ])
    expect(found('atrium-prod-admin', wrong), JSON.stringify(wrong)).toEqual([1, 1]);
  // The table itself is no list, and stays with the tenants' sessions.
  for (const Action of ['dynamodb:Query', 'dynamodb:Scan'])
    expect(found('atrium-prod-admin', asks(table, Action))).toEqual([0, 1]);
  expect(found('atrium-prod-admin', asks([list, table]))).toEqual([1, 1]);
  // Nor is a fence by the leading key a way in for a session.
  const fenced = { ...asks([table, list]), Condition: fence };
  expect(said(tenantListForTwo, [tenantRole(), policy('chat-tenant', fenced)])).toHaveLength(1);
});

test('items are fenced by the tag of the session, with the Null guard', () => {
  const found = (statement: object) =>
    said(fencedTenantRoles, [tenantRole(), policy('chat-tenant', statement)]);
  expect(found(items(fence))).toEqual([]);
  expect(found(items({ 'ForAllValues:StringEquals': fence['ForAllValues:StringEquals'] }))).toEqual([
    'a request that names no key is allowed: the Null guard is missing',
  ]);
  expect(found(items({ Null: fence.Null }))).toHaveLength(1);
  expect(
    found(
      items({
        ...fence,
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`TENANT#${tag}`, 'TENANT#t2'] },
      }),
    ),
  ).toHaveLength(1);
  expect(found(items(fence, ['dynamodb:Scan']))).toHaveLength(1);
});

test('objects are fenced by their prefix, listed ones too', () => {
  const found = (statement: object) =>
    said(fencedTenantRoles, [tenantRole(), policy('chat-tenant', statement)]);
  const objects = (Resource: string) => ({ Effect: 'Allow', Action: ['s3:GetObject'], Resource });
  expect(found(objects(`arn:aws:s3:::b/tenants/${tag}/*`))).toEqual([]);
  expect(found(objects('arn:aws:s3:::b/tenants/*'))).toHaveLength(1);
  expect(found(objects(`arn:aws:s3:::b/tenants/${tag}*`))).toHaveLength(1);
  const listing = (prefix?: string) => ({
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: 'arn:aws:s3:::b',
    ...(prefix && { Condition: { StringLike: { 's3:prefix': prefix } } }),
  });
  expect(found(listing(`tenants/${tag}/*`))).toEqual([]);
  expect(found(listing('tenants/*'))).toHaveLength(1);
  expect(found(listing())).toHaveLength(1);
});

test("one role may make a tenant's session, and only with exactly the tenant's tag", () => {
  expect(said(tenantRolesForOne, [tenantRole()])).toEqual([]);
  expect(
    said(tenantRolesForOne, [tenantRole({ Principal: { AWS: [roleArn('chat'), roleArn('admin')] } })]),
  ).toHaveLength(2);
  expect(said(tenantRolesForOne, [tenantRole({ Principal: { AWS: roleArn('admin') } })])).toHaveLength(1);
  expect(said(tenantRolesForOne, [tenantRole({ Condition: { Null: taggedOnly.Null } })])).toHaveLength(1);
  const tagged = tenantRole();
  expect(
    said(tenantRolesForOne, [{ ...tagged, inputs: { ...tagged.inputs, tags: { tenant_id: 't1' } } }]),
  ).toHaveLength(1);
});

test("the function's own code may not do what Lambda does to the network", () => {
  const chat = resource('aws:lambda/function:Function', 'chat', { role: roleArn('chat') });
  const join = {
    Effect: 'Allow',
    Action: ['ec2:CreateNetworkInterface', 'ec2:DescribeSubnets'],
    Resource: '*',
  };
  const deny = { ...join, Effect: 'Deny', Condition: { ArnEquals: { 'lambda:SourceFunctionArn': 'x' } } };
  expect(said(networkNotForCode, [chat, policy('chat', join, deny)])).toEqual([]);
  expect(said(networkNotForCode, [chat, policy('chat', join)])).toHaveLength(1);
  expect(said(networkNotForCode, [chat, policy('chat', join, { ...deny, Condition: {} })])).toHaveLength(1);
});
