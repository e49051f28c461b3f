import { bucketPolicy, keyPolicy, queuePolicy } from './access/storage-policies.ts';
import { keep } from './keep.ts';
import {
  type BucketName,
  type BucketResource,
  buckets,
  type QueueName,
  type QueueResource,
  queues,
  type TableName,
  type TableResource,
  tables,
} from './resources.ts';
import type { Stage } from './stage.ts';

interface Named {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
}

/** Names and ARNs follow from `stage.physical`; the resources are here for those that must wait for them. */
export interface Storage {
  /** The key that everything at rest is encrypted with. */
  readonly keyArn: $util.Output<string>;
  readonly tables: Readonly<Record<TableName, Named>>;
  readonly buckets: Readonly<Record<BucketName, Named>>;
  readonly queues: Readonly<
    Record<QueueName, { readonly url: $util.Output<string>; readonly arn: $util.Output<string> }>
  >;
}

export function createStorage(stage: Stage): Storage {
  const key = new aws.kms.Key(
    'data-key',
    {
      description: `Everything that ${stage.physical('')}* keeps`,
      enableKeyRotation: true,
      deletionWindowInDays: stage.settings.recoveryDays,
      policy: JSON.stringify(
        keyPolicy(stage, { buckets: Object.keys(buckets).map((name) => stage.unique(name)) }),
      ),
    },
    keep(stage),
  );
  new aws.kms.Alias('data-key-alias', { name: `alias/${stage.physical('data')}`, targetKeyId: key.id });

  const made = createQueues(stage, key);
  return {
    keyArn: key.arn,
    tables: mapRecord(tables, (name, table) => createTable(stage, name, table, key)),
    queues: made,
    buckets: mapRecord(buckets, (name, bucket) => createBucket(stage, name, bucket, key, made)),
  };
}

/** The same for each entry of a record, by its name. */
const mapRecord = <K extends string, V, R>(record: Readonly<Record<K, V>>, make: (name: K, value: V) => R) =>
  Object.fromEntries(
    (Object.entries(record) as [K, V][]).map(([name, value]) => [name, make(name, value)]),
  ) as Record<K, R>;

function createTable(stage: Stage, name: TableName, table: TableResource, key: aws.kms.Key) {
  const indexes = Object.entries(table.indexes);
  const keyAttributes = [table, ...Object.values(table.indexes)].flatMap((each) => [
    each.partitionKey,
    each.sortKey,
  ]);
  return new aws.dynamodb.Table(
    `${name}-table`,
    {
      name: stage.physical(name),
      // What tenants do comes in bursts; nothing is reserved for them.
      billingMode: 'PAY_PER_REQUEST',
      hashKey: table.partitionKey,
      rangeKey: table.sortKey,
      attributes: [...new Set(keyAttributes)].map((attribute) => ({ name: attribute, type: 'S' })),
      globalSecondaryIndexes: indexes.map(([index, { partitionKey, sortKey, attributes }]) => ({
        name: index,
        hashKey: partitionKey,
        rangeKey: sortKey,
        projectionType: 'INCLUDE',
        nonKeyAttributes: [...attributes],
      })),
      ttl: { attributeName: table.ttl, enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: key.arn },
      deletionProtectionEnabled: stage.settings.retained,
    },
    keep(stage),
  );
}

/** The buckets whose objects a queue is told of. */
const announcers = (stage: Stage, queue: QueueName) =>
  (Object.entries(buckets) as [BucketName, BucketResource][])
    .filter(([, { notify }]) => notify.some((each) => each.queue === queue))
    .map(([name]) => `arn:${stage.partition}:s3:::${stage.unique(name)}`);

interface MadeQueue {
  readonly url: $util.Output<string>;
  readonly arn: $util.Output<string>;
  readonly policy: aws.sqs.QueuePolicy;
}

/** Dead-letter queues first: a queue that names one which is not there is refused. */
function createQueues(stage: Stage, key: aws.kms.Key): Record<QueueName, MadeQueue> {
  const made: Partial<Record<QueueName, MadeQueue>> = {};
  const named = Object.entries(queues) as [QueueName, QueueResource][];
  for (const [name, queue] of named.toSorted(
    ([, a], [, b]) => Number('deadLetter' in a) - Number('deadLetter' in b),
  )) {
    const dead = queue.deadLetter && made[queue.deadLetter.queue];
    made[name] = createQueue(stage, name, queue, key, dead);
  }
  return made as Record<QueueName, MadeQueue>;
}

function createQueue(
  stage: Stage,
  name: QueueName,
  queue: QueueResource,
  key: aws.kms.Key,
  dead: MadeQueue | undefined,
): MadeQueue {
  const arnOf = (each: QueueName) => stage.arn('sqs', stage.physical(each));
  const sources = (Object.entries(queues) as [QueueName, QueueResource][])
    .filter(([, { deadLetter }]) => deadLetter?.queue === name)
    .map(([source]) => arnOf(source));
  const made = new aws.sqs.Queue(`${name}-queue`, {
    name: stage.physical(name),
    visibilityTimeoutSeconds: queue.visibilityTimeoutS,
    // The longest there is, where messages wait for a person.
    messageRetentionSeconds: sources.length > 0 ? 14 * 86_400 : 4 * 86_400,
    kmsMasterKeyId: key.arn,
    kmsDataKeyReusePeriodSeconds: 300,
    redriveAllowPolicy: JSON.stringify(
      sources.length > 0
        ? { redrivePermission: 'byQueue', sourceQueueArns: sources }
        : { redrivePermission: 'denyAll' },
    ),
    ...(dead && {
      redrivePolicy: $jsonStringify({
        deadLetterTargetArn: dead.arn,
        maxReceiveCount: queue.deadLetter?.maxReceives,
      }),
    }),
  });
  const policy = new aws.sqs.QueuePolicy(`${name}-queue-policy`, {
    queueUrl: made.url,
    policy: JSON.stringify(queuePolicy(stage, arnOf(name), announcers(stage, name))),
  });
  return { url: made.url, arn: made.arn, policy };
}

function createBucket(
  stage: Stage,
  name: BucketName,
  bucket: BucketResource,
  key: aws.kms.Key,
  made: Readonly<Record<QueueName, MadeQueue>>,
): Named {
  const { retained, oldVersionDays } = stage.settings;
  const of = new aws.s3.Bucket(
    `${name}-bucket`,
    { bucket: stage.unique(name), forceDestroy: !retained },
    keep(stage),
  );
  const id = { bucket: of.bucket };
  // A bucket that stays keeps what guards it.
  const stays = keep(stage);
  const closed = new aws.s3.BucketPublicAccessBlock(
    `${name}-bucket-access`,
    {
      ...id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    stays,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-bucket-ownership`,
    { ...id, rule: { objectOwnership: 'BucketOwnerEnforced' } },
    stays,
  );
  const encrypted = new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-bucket-encryption`,
    {
      ...id,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn },
          bucketKeyEnabled: true,
        },
      ],
    },
    stays,
  );
  const versioned = new aws.s3.BucketVersioning(
    `${name}-bucket-versions`,
    { ...id, versioningConfiguration: { status: 'Enabled' } },
    stays,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-bucket-lifecycle`,
    {
      ...id,
      rules: [
        {
          id: 'old-versions',
          status: 'Enabled',
          filter: { prefix: '' },
          noncurrentVersionExpiration: { noncurrentDays: oldVersionDays },
          expiration: { expiredObjectDeleteMarker: true },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    { ...stays, dependsOn: [versioned] },
  );
  const policy = $util
    .all([of.arn, key.arn])
    .apply(([arn, keyArn]) => JSON.stringify(bucketPolicy(arn, keyArn)));
  new aws.s3.BucketPolicy(
    `${name}-bucket-policy`,
    { ...id, policy },
    { ...stays, dependsOn: [closed, encrypted] },
  );
  new aws.s3.BucketNotification(
    `${name}-bucket-events`,
    {
      ...id,
      queues: bucket.notify.map(({ prefix, suffix, queue }) => ({
        id: queue,
        queueArn: made[queue].arn,
        events: ['s3:ObjectCreated:*'],
        filterPrefix: prefix,
        filterSuffix: suffix,
      })),
    },
    // S3 tries the queue when it is told of it.
    { dependsOn: Object.values(made).map(({ policy }) => policy) },
  );
  return { name: of.bucket, arn: of.arn };
}
