import { expect, test } from 'vitest';
import {
  deadLetters,
  encryptedStores,
  privateBuckets,
  recoverableTables,
  rotatedKeys,
  tlsOnlyStores,
  versionedBuckets,
} from './stores.ts';
import { type Case, change, outcome, policyOf, resource } from './tiny-plan.ts';

const key = 'arn:aws:kms:us-east-1:123456789012:key/k';
const name = 'atrium-prod-documents-123456789012';
const ownKey = resource('aws:kms/key:Key', 'k', {});
const bucket = resource('aws:s3/bucket:Bucket', 'documents', { bucket: name });
const block = resource('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'documents-block', {
  bucket: name,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
const owner = resource('aws:s3/bucketOwnershipControls:BucketOwnershipControls', 'documents-owner', {
  bucket: 'documents-id',
  rule: { objectOwnership: 'BucketOwnerEnforced' },
});
const encryption = resource(
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  'documents-encryption',
  {
    bucket: name,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key } }],
  },
);
const versioning = resource('aws:s3/bucketVersioning:BucketVersioning', 'documents-versions', {
  bucket: name,
  versioningConfiguration: { status: 'Enabled' },
});
const lifecycle = resource(
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  'documents-lifecycle',
  {
    bucket: name,
    rules: [{ status: 'Enabled', noncurrentVersionExpiration: { noncurrentDays: 30 } }],
  },
);
const tls = (more: object = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: '*',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  ...more,
});
const bucketPolicy = (statement: object) =>
  resource('aws:s3/bucketPolicy:BucketPolicy', 'documents-policy', {
    bucket: name,
    policy: policyOf(statement),
  });
const queue = (logical: string, more: object = {}) =>
  resource('aws:sqs/queue:Queue', logical, { name: `atrium-prod-${logical}`, kmsMasterKeyId: key, ...more });
const queuePolicy = (statement: object) =>
  resource('aws:sqs/queuePolicy:QueuePolicy', 'ingest-policy', {
    queueUrl: 'ingest-id',
    policy: policyOf(statement),
  });
const table = resource('aws:dynamodb/table:Table', 'main', {
  name: 'atrium-prod-main',
  serverSideEncryption: { enabled: true, kmsKeyArn: key },
  pointInTimeRecovery: { enabled: true },
});
const repository = resource('aws:ecr/repository:Repository', 'rag-service', {
  name: 'rag-service',
  encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: key }],
});
const cluster = resource('aws:eks/cluster:Cluster', 'cluster', {
  encryptionConfig: { provider: { keyArn: key }, resources: ['secrets'] },
});
const template = resource('aws:ec2/launchTemplate:LaunchTemplate', 'cpu', {
  blockDeviceMappings: [{ deviceName: '/dev/xvda', ebs: { encrypted: 'true', kmsKeyId: key } }],
});
const simple = [
  resource('aws:secretsmanager/secret:Secret', 'origin', { name: 'x', kmsKeyId: key }),
  resource('aws:cloudwatch/logGroup:LogGroup', 'log', { name: 'x', kmsKeyId: key }),
  resource('aws:sns/topic:Topic', 'alarms', { name: 'x', kmsMasterKeyId: key }),
];
const redrive = JSON.stringify({
  deadLetterTargetArn: 'arn:aws:sqs:us-east-1:1:atrium-prod-ingest-dead',
  maxReceiveCount: 5,
});

const cases: Readonly<Record<string, Case>> = {
  'a store without encryption': {
    check: encryptedStores,
    sound: [ownKey, bucket, encryption, table, queue('ingest'), repository, cluster, template, ...simple],
    mistakes: [
      [change(encryption, 'rules', [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }])],
      [change(encryption, 'bucket', 'another')],
      [change(table, 'serverSideEncryption', undefined)],
      [change(table, 'serverSideEncryption.kmsKeyArn', undefined)],
      [change(queue('ingest'), 'kmsMasterKeyId', undefined)],
      [change(queue('ingest'), 'kmsMasterKeyId', 'alias/aws/sqs')],
      [change(template, 'blockDeviceMappings', [{ ebs: { encrypted: 'true' } }])],
      [change(repository, 'encryptionConfigurations', [])],
      [change(cluster, 'encryptionConfig.resources', [])],
      [change(template, 'blockDeviceMappings', [{ ebs: {} }])],
      [change(template, 'blockDeviceMappings', undefined)],
      ...simple.map((each) => [change(change(each, 'kmsKeyId', undefined), 'kmsMasterKeyId', undefined)]),
    ],
    needed: ['documents-encryption', 'k'],
  },
  'a key that is never rotated': {
    check: rotatedKeys,
    sound: [resource('aws:kms/key:Key', 'data', { enableKeyRotation: true })],
    mistakes: [[resource('aws:kms/key:Key', 'data', {})]],
  },
  'a bucket that can be made public': {
    check: privateBuckets,
    sound: [bucket, block, owner],
    mistakes: [
      ...['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'].map((each) => [
        change(block, each, false),
      ]),
      [change(owner, 'rule.objectOwnership', 'ObjectWriter')],
      [change(bucket, 'acl', 'public-read')],
    ],
    needed: ['documents-block', 'documents-owner'],
  },
  'a bucket without old versions, or with old versions for ever': {
    check: versionedBuckets,
    sound: [bucket, versioning, lifecycle],
    mistakes: [
      [change(versioning, 'versioningConfiguration.status', 'Suspended')],
      [change(lifecycle, 'rules', [{ status: 'Enabled' }])],
      [
        change(lifecycle, 'rules', [
          {
            status: 'Enabled',
            expiration: { days: 30 },
            noncurrentVersionExpiration: { noncurrentDays: 30 },
          },
        ]),
      ],
      [
        change(lifecycle, 'rules', [
          { status: 'Disabled', noncurrentVersionExpiration: { noncurrentDays: 30 } },
        ]),
      ],
    ],
    needed: ['documents-versions', 'documents-lifecycle'],
  },
  'a store that answers without TLS': {
    check: tlsOnlyStores,
    sound: [bucket, bucketPolicy(tls()), queue('ingest'), queuePolicy(tls({ Action: 'sqs:*' }))],
    mistakes: [
      [bucketPolicy(tls({ Effect: 'Allow' }))],
      [bucketPolicy(tls({ Principal: { AWS: 'arn:aws:iam::123456789012:role/x' } }))],
      [bucketPolicy(tls({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } }))],
      [bucketPolicy(tls({ Action: 's3:GetObject' }))],
      [bucketPolicy(tls({ Resource: `arn:aws:s3:::${name}/*` }))],
      [queue('another')],
    ],
    needed: ['documents-policy', 'ingest-policy'],
  },
  'a table that cannot be brought back': {
    check: recoverableTables,
    sound: [table],
    mistakes: [
      [change(table, 'pointInTimeRecovery.enabled', false)],
      [change(table, 'pointInTimeRecovery', undefined)],
    ],
  },
  'a queue that loses what it cannot deliver': {
    check: deadLetters,
    sound: [
      queue('ingest', { redrivePolicy: redrive }),
      queue('ingest-dead', { messageRetentionSeconds: 1_209_600 }),
    ],
    mistakes: [[queue('ingest')], [queue('other')], [queue('ingest-dead')]],
    needed: ['ingest-dead'],
  },
};

test.each(Object.keys(cases))('%s is seen, and only that', (each) => {
  const found = cases[each];
  if (!found) throw new Error(each);
  expect(outcome(found)).toEqual({ sound: [], unseen: [] });
});
