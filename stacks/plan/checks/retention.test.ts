import { expect, test } from 'vitest';
import { settings } from '../../settings.ts';
import { boundedLogs, knownLogGroups, pepperStays, retainedInProd } from './retention.ts';
import { change, outcome, prodContext, resource, tinyPlan } from './tiny-plan.ts';

const kept = { protect: true, retainOnDelete: true } as const;
const table = resource('aws:dynamodb/table:Table', 'main', { deletionProtectionEnabled: true }, kept);
const bucket = resource('aws:s3/bucket:Bucket', 'documents', {}, kept);
const key = resource('aws:kms/key:Key', 'data', { deletionWindowInDays: 30 }, kept);
const secret = resource('aws:secretsmanager/secret:Secret', 'origin', { recoveryWindowInDays: 30 }, kept);
const cluster = resource('aws:eks/cluster:Cluster', 'cluster', { deletionProtection: true }, kept);
const repository = resource('aws:ecr/repository:Repository', 'rag-service', {}, kept);
const requests = resource(
  'aws:cloudwatch/logGroup:LogGroup',
  'requests',
  { name: 'multi-tenant-chatbot' },
  kept,
);
const sound = [table, bucket, key, secret, cluster, repository, requests];

test('whatever does not stay in prod is seen', () => {
  const mistakes = [
    ...sound.map((each) => [{ ...each, options: { retainOnDelete: true } as const }]),
    ...sound.map((each) => [{ ...each, options: { protect: true } as const }]),
    [change(table, 'deletionProtectionEnabled', false)],
    [change(cluster, 'deletionProtection', undefined)],
    [change(bucket, 'forceDestroy', true)],
    [change(repository, 'forceDelete', true)],
    [change(key, 'deletionWindowInDays', 7)],
    [change(secret, 'recoveryWindowInDays', 0)],
  ];
  expect(outcome({ check: retainedInProd, sound, mistakes })).toEqual({ sound: [], unseen: [] });
});

test('an app that may be removed is seen in prod, and nothing has to stay in dev', () => {
  const plan = tinyPlan(sound);
  const open = { ...plan, app: { ...plan.app, protect: false, removal: 'remove' } };
  expect(retainedInProd(open, prodContext)).toHaveLength(2);
  expect(retainedInProd(open, { ...prodContext, settings: settings.dev })).toEqual([]);
});

test('a pepper of keys that is missing, written over or rotated is seen', () => {
  const pepper = resource('aws:secretsmanager/secret:Secret', 'pepper', { name: 'atrium-prod-key-pepper' });
  const value = resource(
    'aws:secretsmanager/secretVersion:SecretVersion',
    'pepper-value',
    { secretId: 'pepper-id' },
    { ignoreChanges: ['secretString'] },
  );
  const rotation = resource('aws:secretsmanager/secretRotation:SecretRotation', 'turns', {
    secretId: 'pepper-id',
  });
  expect(
    outcome({
      check: pepperStays,
      sound: [pepper, value],
      mistakes: [[{ ...value, options: {} }], [rotation]],
      needed: ['pepper'],
    }),
  ).toEqual({ sound: [], unseen: [] });
});

test('a log that is kept for ever, or not for as long as the stage says, is seen', () => {
  const group = resource('aws:cloudwatch/logGroup:LogGroup', 'log', { name: 'x', retentionInDays: 365 });
  const mistakes = [[change(group, 'retentionInDays', undefined)], [change(group, 'retentionInDays', 30)]];
  expect(outcome({ check: boundedLogs, sound: [group], mistakes })).toEqual({ sound: [], unseen: [] });
});

test('a function whose log group AWS would make is seen', () => {
  const named = resource('aws:lambda/function:Function', 'chat', {
    name: 'atrium-prod-chat',
    loggingConfig: { logGroup: 'x' },
  });
  const usual = resource('aws:lambda/function:Function', 'admin', { name: 'atrium-prod-admin' });
  const groups = ['x', '/aws/lambda/atrium-prod-admin'].map((name) =>
    resource('aws:cloudwatch/logGroup:LogGroup', name, { name, retentionInDays: 365 }),
  );
  expect(
    outcome({
      check: knownLogGroups,
      sound: [named, usual, ...groups],
      mistakes: [[change(named, 'loggingConfig', undefined)]],
      needed: ['x', '/aws/lambda/atrium-prod-admin'],
    }),
  ).toEqual({ sound: [], unseen: [] });
});
