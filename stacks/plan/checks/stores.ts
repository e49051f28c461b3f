import type { Plan, PlannedResource } from '../plan.ts';
import { type Check, type Finding, finding, ofType, record, records, refersTo, texts } from './check.ts';
import { conditionValues, type PlacedStatement, statementsOf } from './policies.ts';

/** Whether a store is encrypted with a key of the stage's own, by its type. */
const encrypted: Readonly<
  Record<string, (inputs: Readonly<Record<string, unknown>>, isOwn: (key: unknown) => boolean) => boolean>
> = {
  'aws:dynamodb/table:Table': ({ serverSideEncryption }, isOwn) =>
    record(serverSideEncryption).enabled === true && isOwn(record(serverSideEncryption).kmsKeyArn),
  'aws:sqs/queue:Queue': ({ kmsMasterKeyId }, isOwn) => isOwn(kmsMasterKeyId),
  'aws:sns/topic:Topic': ({ kmsMasterKeyId }, isOwn) => isOwn(kmsMasterKeyId),
  'aws:secretsmanager/secret:Secret': ({ kmsKeyId }, isOwn) => isOwn(kmsKeyId),
  'aws:cloudwatch/logGroup:LogGroup': ({ kmsKeyId }, isOwn) => isOwn(kmsKeyId),
  'aws:ecr/repository:Repository': ({ encryptionConfigurations }, isOwn) =>
    records(encryptionConfigurations).some((each) => each.encryptionType === 'KMS' && isOwn(each.kmsKey)),
  'aws:eks/cluster:Cluster': ({ encryptionConfig }, isOwn) =>
    isOwn(record(record(encryptionConfig).provider).keyArn) &&
    texts(record(encryptionConfig).resources).includes('secrets'),
  'aws:ec2/launchTemplate:LaunchTemplate': ({ blockDeviceMappings }, isOwn) => {
    const disks = records(blockDeviceMappings).map(({ ebs }) => record(ebs));
    return (
      disks.length > 0 && disks.every((disk) => String(disk.encrypted) === 'true' && isOwn(disk.kmsKeyId))
    );
  },
  'aws:ebs/volume:Volume': (inputs) => inputs.encrypted === true,
  'aws:efs/fileSystem:FileSystem': (inputs) => inputs.encrypted === true,
  'aws:sfn/stateMachine:StateMachine': () => true,
};

/** The resource that adds something to a bucket, such as its versioning. */
function additions(plan: Plan, kind: string, bucket: PlannedResource): PlannedResource[] {
  const type = new RegExp(`^aws:s3/bucket${kind}(V2)?:`);
  return plan.resources.filter((each) => type.test(each.type) && refersTo(each.inputs.bucket, bucket));
}

const buckets = (plan: Plan) => plan.resources.filter(({ type }) => /^aws:s3\/bucket(V2)?:/.test(type));

/** Everything that keeps data is encrypted with the stage's own key. */
export const encryptedStores: Check = (plan) => {
  const keys = ofType(plan, 'aws:kms/key:Key');
  const isOwn = (key: unknown) => keys.some((each) => refersTo(key, each));
  return [
    ...plan.resources
      .filter(({ type, inputs }) => encrypted[type]?.(inputs, isOwn) === false)
      .map((each) => finding(each, 'it is not encrypted with a key of the stage')),
    ...buckets(plan)
      .filter(
        (bucket) =>
          !additions(plan, 'ServerSideEncryptionConfiguration', bucket)
            .flatMap(({ inputs }) => records(inputs.rules))
            .map((rule) => record(rule.applyServerSideEncryptionByDefault))
            .some((rule) => rule.sseAlgorithm === 'aws:kms' && isOwn(rule.kmsMasterKeyId)),
      )
      .map((bucket) => finding(bucket, 'it is not encrypted with a key of the stage')),
  ];
};

/** Keys of the stage are renewed every year. */
export const rotatedKeys: Check = (plan) =>
  ofType(plan, 'aws:kms/key:Key')
    .filter(
      ({ inputs }) =>
        inputs.enableKeyRotation !== true &&
        String(inputs.customerMasterKeySpec ?? 'SYMMETRIC').startsWith('SYMMETRIC'),
    )
    .map((key) => finding(key, 'it is never rotated'));

const blocks = ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'] as const;

/** No bucket can be made public, and all that is in one belongs to the account. */
export const privateBuckets: Check = (plan) =>
  buckets(plan).flatMap((bucket) => {
    const block = additions(plan, 'PublicAccessBlock', bucket)[0];
    const open = blocks.filter((name) => block?.inputs[name] !== true);
    const owner = additions(plan, 'OwnershipControls', bucket)
      .map(({ inputs }) => record(inputs.rule).objectOwnership)
      .at(0);
    return [
      ...(open.length > 0 ? [finding(bucket, `it can be made public: ${open.join(', ')} not set`)] : []),
      ...(owner === 'BucketOwnerEnforced'
        ? []
        : [finding(bucket, 'objects in it may belong to others: no BucketOwnerEnforced')]),
      ...(/^public/.test(String(bucket.inputs.acl ?? '')) || additions(plan, 'Acl', bucket).length > 0
        ? [finding(bucket, 'it has an access list')]
        : []),
    ];
  });

/** Replaced and deleted objects can be brought back for a while, and not for ever. */
export const versionedBuckets: Check = (plan, { settings }) =>
  buckets(plan).flatMap((bucket) => {
    const versioned = additions(plan, 'Versioning', bucket).some(
      ({ inputs }) => record(inputs.versioningConfiguration).status === 'Enabled',
    );
    const rules = additions(plan, 'LifecycleConfiguration', bucket)
      .flatMap(({ inputs }) => records(inputs.rules))
      .filter(({ status }) => status === 'Enabled');
    const ends = rules
      .map((rule) => record(rule.expiration))
      .filter(({ days, date }) => days !== undefined || date !== undefined);
    const kept = rules
      .map((rule) => record(rule.noncurrentVersionExpiration).noncurrentDays)
      .filter((days) => days !== undefined);
    return [
      ...(versioned ? [] : [finding(bucket, 'it has no versions')]),
      ...(ends.length > 0 ? [finding(bucket, 'what nobody has replaced is removed after a time')] : []),
      ...(kept.includes(settings.oldVersionDays)
        ? []
        : [finding(bucket, `old versions are not removed after ${settings.oldVersionDays} days`)]),
    ];
  });

/** For a bucket: the bucket and the objects in it. */
const coversAll = ({ of, resources }: PlacedStatement) =>
  !/^aws:s3\//.test(of.type) ||
  resources.includes('*') ||
  (resources.some((arn) => arn.endsWith('/*')) && resources.some((arn) => !arn.includes('/')));

/** Whether the policy of a store denies everybody whatever does not come over TLS. */
const deniesPlainText = (plan: Plan, policies: readonly PlannedResource[]) =>
  statementsOf(plan).some(
    (statement) =>
      policies.includes(statement.of) &&
      !statement.allows &&
      statement.principals.AWS?.includes('*') === true &&
      statement.actions.some((action) => /^(\*|s3:\*|sqs:\*|sns:\*|sns:Publish)$/.test(action)) &&
      conditionValues(statement, /^Bool$/, 'aws:SecureTransport')[0] === 'false' &&
      coversAll(statement),
  );

/** Buckets, queues and topics answer over TLS only. */
export const tlsOnlyStores: Check = (plan) => {
  const without = (
    stores: readonly PlannedResource[],
    policiesOf: (store: PlannedResource) => PlannedResource[],
  ) =>
    stores
      .filter((store) => !deniesPlainText(plan, [store, ...policiesOf(store)]))
      .map((store) => finding(store, 'it answers without TLS'));
  const queuePolicies = ofType(plan, 'aws:sqs/queuePolicy:QueuePolicy');
  const topicPolicies = ofType(plan, 'aws:sns/topicPolicy:TopicPolicy');
  return [
    ...without(buckets(plan), (bucket) => additions(plan, 'Policy', bucket)),
    ...without(ofType(plan, 'aws:sqs/queue:Queue'), (queue) =>
      queuePolicies.filter(({ inputs }) => refersTo(inputs.queueUrl, queue)),
    ),
    ...without(ofType(plan, 'aws:sns/topic:Topic'), (topic) =>
      topicPolicies.filter(({ inputs }) => refersTo(inputs.arn, topic)),
    ),
  ];
};

/** Any second of the last weeks can be brought back. */
export const recoverableTables: Check = (plan) =>
  ofType(plan, 'aws:dynamodb/table:Table').flatMap((table) =>
    record(table.inputs.pointInTimeRecovery).enabled === true
      ? []
      : [finding(table, 'it has no point-in-time recovery')],
  );

/** What a queue cannot deliver is kept somewhere, under the same key and for longer. */
export const deadLetters: Check = (plan) => {
  const queues = ofType(plan, 'aws:sqs/queue:Queue');
  const policyOf = ({ inputs }: PlannedResource): Readonly<Record<string, unknown>> => {
    try {
      return record(JSON.parse(String(inputs.redrivePolicy ?? '{}')));
    } catch {
      return {};
    }
  };
  const targets = queues.map((queue) => policyOf(queue).deadLetterTargetArn);
  return queues.flatMap((queue): Finding[] => {
    if (targets.some((target) => refersTo(target, queue))) return [];
    const target = policyOf(queue).deadLetterTargetArn;
    const dead = queues.find((each) => refersTo(target, each));
    if (!dead) return [finding(queue, 'what it cannot deliver is lost: it has no dead-letter queue')];
    const keptS = ({ inputs }: PlannedResource) => Number(inputs.messageRetentionSeconds ?? 345_600);
    // A message brings its age with it.
    return keptS(dead) > keptS(queue)
      ? []
      : [finding(dead, 'it keeps no message longer than the queue before it')];
  });
};
