import { expect, test } from 'vitest';
import { resource, tinyPlan } from './checks/tiny-plan.ts';
import { counts, countsTable, shortType } from './counts.ts';

const bucket = resource('aws:s3/bucket:Bucket', 'documents', {});
const component = { ...resource('sst:aws:Function', 'chat', {}), custom: false };

test('resources are counted by type, and components are not', () => {
  expect(counts(tinyPlan([bucket, { ...bucket, name: 'other' }, component]))).toEqual({
    'aws:s3/bucket:Bucket': 2,
  });
});

test('a type is shown as the code says it', () => {
  expect(shortType('aws:s3/bucket:Bucket')).toBe('aws.s3.Bucket');
  expect(shortType('random:index/randomBytes:RandomBytes')).toBe('random.RandomBytes');
});

test('plans stand side by side, with a sum', () => {
  const key = resource('aws:kms/key:Key', 'data', {});
  const table = countsTable([
    { name: 'dev', plan: tinyPlan([bucket]) },
    { name: 'staging', plan: tinyPlan([bucket, key]) },
  ]);
  expect(table.split('\n')).toEqual([
    'type           dev  staging',
    'aws.kms.Key      -        1',
    'aws.s3.Bucket    1        1',
    'all              1        2',
  ]);
});
