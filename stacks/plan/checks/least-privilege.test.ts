import { expect, test } from 'vitest';
import {
  fewManagedPolicies,
  nothingByLeavingOut,
  nothingForEverybody,
  noWildcards,
  wildcards,
} from './least-privilege.ts';
import { policyOf, resource, said, tinyPlan } from './tiny-plan.ts';

const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/atrium-prod-main';
const policy = (...statements: object[]) =>
  resource('aws:iam/rolePolicy:RolePolicy', 'chat-policy', { role: 'r', policy: policyOf(...statements) });
const allow = (Action: string | string[], Resource: string | string[]) =>
  policy({ Sid: 'S', Effect: 'Allow', Action, Resource });

test('an action with a wildcard and everything as a resource are seen wherever the policy stands', () => {
  expect(said(noWildcards, [allow('dynamodb:GetItem', table)])).toEqual([]);
  expect(said(noWildcards, [allow('dynamodb:*', table)])).toEqual([
    'statement S allows the action dynamodb:*',
  ]);
  expect(said(noWildcards, [allow('*', table)])).toHaveLength(1);
  expect(said(noWildcards, [allow('s3:Get*', 'arn:aws:s3:::b/tenants/*')])).toHaveLength(1);
  expect(said(noWildcards, [allow('dynamodb:GetItem', '*')])).toEqual([
    'statement S allows dynamodb:GetItem on *',
  ]);
  const inline = resource('aws:iam/role:Role', 'r', {
    inlinePolicies: [
      { name: 'p', policy: policyOf({ Effect: 'Allow', Action: 'sqs:*', Resource: 'arn:aws:sqs:r:1:q' }) },
    ],
  });
  expect(said(noWildcards, [inline])).toEqual(['a statement allows the action sqs:*']);
});

test('a whole kind, account or region is a wildcard, and what is below a named thing is not', () => {
  for (const wide of [
    'arn:aws:lambda:us-east-1:123456789012:function:*',
    'arn:aws:dynamodb:us-east-1:123456789012:table/*',
    'arn:aws:sqs:us-east-1:*:queue',
    'arn:aws:s3:::*',
  ]) {
    expect(said(noWildcards, [allow('x:Y', wide)]), wide).toHaveLength(1);
  }
  const fine = [
    'arn:aws:s3:::bucket/*',
    `${table}/index/*`,
    'arn:aws:states:us-east-1:1:execution:atrium-prod-ingest:*',
  ];
  expect(said(noWildcards, [allow('x:Y', fine)])).toEqual([]);
});

test('a statement that denies may have wildcards, and the policy of a key may name itself', () => {
  expect(said(noWildcards, [policy({ Effect: 'Deny', Action: '*', Resource: '*' })])).toEqual([]);
  const key = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };
  expect(said(noWildcards, [resource('aws:kms/key:Key', 'k', { policy: policyOf(key) })])).toEqual([]);
});

test('an exception is for one place and its actions', () => {
  const list = [
    { type: 'aws:iam/rolePolicy:RolePolicy', name: /^chat-/, actions: ['xray:PutTraceSegments'], why: 'x' },
  ];
  const found = (...resources: ReturnType<typeof policy>[]) => wildcards(tinyPlan(resources), list);
  expect(found(allow('xray:PutTraceSegments', '*'))).toEqual([]);
  expect(found(allow(['xray:PutTraceSegments', 's3:GetObject'], '*'))).toHaveLength(1);
  expect(found({ ...allow('xray:PutTraceSegments', '*'), name: 'admin-policy' })).toHaveLength(1);
});

test('allowing by leaving out is seen', () => {
  expect(said(nothingByLeavingOut, [allow('a:B', table)])).toEqual([]);
  for (const left of [
    { NotAction: 'iam:*', Resource: table },
    { Action: 'a:B', NotResource: table },
    { Action: 'a:B', Resource: table, NotPrincipal: { AWS: 'x' } },
  ]) {
    expect(said(nothingByLeavingOut, [policy({ Effect: 'Allow', ...left })])).toHaveLength(1);
  }
  expect(
    said(nothingByLeavingOut, [policy({ Effect: 'Deny', NotAction: 'iam:*', Resource: table })]),
  ).toEqual([]);
});

test('a resource that lets everybody in is seen, unless it says where they must come from', () => {
  const queue = (Principal: unknown, Condition?: object) =>
    resource('aws:sqs/queuePolicy:QueuePolicy', 'q', {
      policy: policyOf({
        Effect: 'Allow',
        Principal,
        Action: 'sqs:SendMessage',
        Resource: 'q',
        ...(Condition && { Condition }),
      }),
    });
  expect(said(nothingForEverybody, [queue('*')])).toHaveLength(1);
  expect(said(nothingForEverybody, [queue({ AWS: '*' })])).toHaveLength(1);
  expect(said(nothingForEverybody, [queue({ Service: 's3.amazonaws.com' })])).toEqual([]);
  const own = { 'aws:SourceAccount': '123456789012' };
  expect(said(nothingForEverybody, [queue('*', { StringEquals: own })])).toEqual([]);
  for (const condition of [
    { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } },
    { StringNotEquals: own },
    { StringEqualsIfExists: own },
  ])
    expect(said(nothingForEverybody, [queue('*', condition)])).toHaveLength(1);
  expect(said(nothingForEverybody, [queue('*', { Bool: { 'aws:SecureTransport': 'true' } })])).toHaveLength(
    1,
  );
});

test("AWS's own policies are few", () => {
  const attached = (policyArn: string) =>
    resource('aws:iam/rolePolicyAttachment:RolePolicyAttachment', 'a', { role: 'r', policyArn });
  expect(said(fewManagedPolicies, [attached('arn:aws:iam::aws:policy/AmazonEKSClusterPolicy')])).toEqual([]);
  expect(said(fewManagedPolicies, [attached('arn:aws:iam::aws:policy/AdministratorAccess')])).toHaveLength(1);
  const role = resource('aws:iam/role:Role', 'r', {
    managedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  });
  expect(said(fewManagedPolicies, [role])).toHaveLength(1);
});
