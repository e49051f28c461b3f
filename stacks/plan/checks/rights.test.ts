import { expect, test } from 'vitest';
import {
  becomesOwnTenantRole,
  keysThroughServices,
  namedResources,
  noRightsOverRights,
  shortTenantSessions,
} from './rights.ts';
import { servicesForThisAccount, storesLetNobodyIn } from './services.ts';
import { type Case, change, outcome, policyOf, resource } from './tiny-plan.ts';

const arn = (service: string, thing: string) => `arn:aws:${service}:us-east-1:123456789012:${thing}`;
const role = (name: string) => `arn:aws:iam::123456789012:role/atrium-prod-${name}`;
const tenantRole = resource('aws:iam/role:Role', 'chat-tenant-role', { name: 'atrium-prod-chat-tenant' });
const may = (statement: object) =>
  resource('aws:iam/rolePolicy:RolePolicy', 'chat-policy', {
    role: 'atrium-prod-chat',
    policy: policyOf({ Effect: 'Allow', ...statement }),
  });
const become = (more: object) =>
  may({
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Resource: role('chat-tenant'),
    Condition: {
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['tenant_id'] },
      Null: { 'aws:RequestTag/tenant_id': 'false' },
    },
    ...more,
  });
const decrypt = (Condition?: object) =>
  may({ Action: 'kms:Decrypt', Resource: arn('kms', 'key/k'), ...(Condition && { Condition }) });
const store = (more: object) =>
  resource('aws:sqs/queuePolicy:QueuePolicy', 'ingest', {
    policy: policyOf({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn('sqs', 'atrium-prod-ingest'),
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
      ...more,
    }),
  });
const trust = (Service: string, Condition?: object) =>
  resource('aws:iam/role:Role', `for-${Service}`, {
    assumeRolePolicy: policyOf({
      Effect: 'Allow',
      Principal: { Service },
      Action: 'sts:AssumeRole',
      ...(Condition && { Condition }),
    }),
  });
const invoke = (inputs: object) =>
  resource('aws:lambda/permission:Permission', 'invokes', { action: 'lambda:InvokeFunction', ...inputs });

const cases: Readonly<Record<string, Case>> = {
  'a role that changes rights': {
    check: noRightsOverRights,
    sound: [may({ Action: ['lambda:InvokeFunction', 'eks:DescribeCluster', 'sts:AssumeRole'] })],
    mistakes: [
      'iam:PassRole',
      'lambda:UpdateFunctionCode',
      'kms:PutKeyPolicy',
      's3:PutBucketPolicy',
      's3:PutReplicationConfiguration',
      'secretsmanager:PutSecretValue',
      'eks:CreateAccessEntry',
      'sts:AssumeRoleWithSAML',
    ].map((Action) => [may({ Action })]),
  },
  'a role that becomes another': {
    check: becomesOwnTenantRole,
    sound: [tenantRole, become({})],
    mistakes: [
      [become({ Resource: role('admin-tenant') })],
      [become({ Resource: [role('chat-tenant'), role('*')] })],
      [become({ Condition: {} })],
    ],
    needed: ['chat-tenant-role'],
  },
  'a long session': {
    check: shortTenantSessions,
    sound: [tenantRole],
    mistakes: [[change(tenantRole, 'maxSessionDuration', 43_200)]],
  },
  'everything of the stage': {
    check: namedResources,
    sound: [may({ Action: 'lambda:InvokeFunction', Resource: arn('lambda', 'function:atrium-prod-chat') })],
    mistakes: [
      [may({ Action: 'lambda:InvokeFunction', Resource: arn('lambda', 'function:atrium-prod-*') })],
      [may({ Action: 'secretsmanager:GetSecretValue', Resource: arn('secretsmanager', 'secret:atrium-*') })],
    ],
  },
  'a key that is used by itself': {
    check: keysThroughServices,
    sound: [decrypt({ StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } })],
    mistakes: [
      [decrypt()],
      [decrypt({ StringNotEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } })],
    ],
  },
  'a service that acts for anybody': {
    check: servicesForThisAccount,
    sound: [
      store({}),
      trust('ec2.amazonaws.com'),
      invoke({ principal: 'apigateway.amazonaws.com', sourceArn: arn('execute-api', 'a/live/*') }),
    ],
    mistakes: [
      [store({ Condition: {} })],
      [store({ Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } } })],
      [store({ Condition: { StringEqualsIfExists: { 'aws:SourceAccount': '123456789012' } } })],
      [trust('lambda.amazonaws.com')],
      [trust('lambda.amazonaws.com', { StringNotEquals: { 'aws:SourceAccount': '123456789012' } })],
      [invoke({ principal: 'apigateway.amazonaws.com' })],
      [invoke({ principal: '999999999999' })],
    ],
  },
  'a store that lets somebody in': {
    check: storesLetNobodyIn,
    sound: [store({})],
    mistakes: [[store({ Principal: { AWS: role('rag') } })], [store({ Principal: '*' })]],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});
