import { allowOnKey, keyAdministration, keyUse } from './key-policy.ts';
import {
  bucketArn,
  type Place,
  type PolicyDocument,
  policyDocument,
  type Statement,
  viaService,
} from './policies.ts';

/** What every store refuses: requests that anyone on the way can read. */
const denyPlainHttp = (service: string, resources: string | readonly string[]): Statement => ({
  Sid: 'DenyPlainHttp',
  Effect: 'Deny',
  Principal: '*',
  Action: `${service}:*`,
  Resource: resources,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

/** Beside looking after the key: what its name, its turning and grants that are over ask for. */
const stageKeyAdministration = [
  ...keyAdministration,
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:ListKeyRotations',
  'kms:RetireGrant',
  'kms:RotateKeyOnDemand',
  'kms:UpdateAlias',
] as const;

/** Services that encrypt what the stage keeps in them, with the rights of who asks. */
const keepingServices = ['dynamodb', 's3', 'sqs', 'secretsmanager', 'ecr', 'ec2'] as const;

/**
 * Policy of the stage's key.
 *
 * The usual first statement lets the account's IAM decide on everything (`kms:*`), decryption included. Here IAM decides
 * who administers the key, so that no key is ever without an administrator when a deploying role is renamed or deleted;
 * but whoever may administer can use it only through the services that keep the data, whose own policies then decide,
 * and only with a permission of their own. To decrypt by hand somebody must change this policy first, which is seen.
 *
 * In a key policy the resource is always `*`, which means this key.
 */
export function keyPolicy(place: Place, has: { readonly buckets: readonly string[] }): PolicyDocument {
  const account = { AWS: `arn:${place.partition}:iam::${place.accountId}:root` };
  const own = { 'aws:SourceAccount': place.accountId };
  const scalesNodes = `arn:${place.partition}:iam::${place.accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const nodes = { 'kms:CallerAccount': place.accountId, 'aws:PrincipalArn': scalesNodes };
  return policyDocument([
    allowOnKey('IamDecidesWhoAdministers', account, stageKeyAdministration),
    allowOnKey('UseThroughServices', account, keyUse, {
      StringEquals: { 'kms:ViaService': keepingServices.map((each) => viaService(place, each)) },
    }),
    allowOnKey('ServicesLastingUse', account, ['kms:CreateGrant'], {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
    // For the cluster's secrets. EKS does not support the condition above, so the service is the condition (EKS User
    // Guide, "Encrypt Kubernetes secrets with KMS").
    allowOnKey('ClusterLastingUse', account, ['kms:CreateGrant'], {
      StringEquals: { 'kms:ViaService': viaService(place, 'eks') },
    }),
    allowOnKey(
      'BucketEventsToQueues',
      { Service: 's3.amazonaws.com' },
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      {
        StringEquals: own,
        ArnEquals: { 'aws:SourceArn': has.buckets.map((name) => bucketArn(place, name)) },
      },
    ),
    allowOnKey(
      'AlarmsToTopics',
      { Service: 'cloudwatch.amazonaws.com' },
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      {
        StringEquals: own,
      },
    ),
    allowOnKey('Logs', { Service: `logs.${place.region}.amazonaws.com` }, [...keyUse, 'kms:DescribeKey'], {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': place.arn('logs', 'log-group:*') },
    }),
    // The nodes' disks. A condition names the role, since a policy that has a role as principal which the account does
    // not have yet is refused.
    allowOnKey('NodeVolumes', { AWS: '*' }, [...keyUse, 'kms:DescribeKey'], { StringEquals: nodes }),
    allowOnKey('NodeVolumesLastingUse', { AWS: '*' }, ['kms:CreateGrant'], {
      StringEquals: nodes,
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
    }),
  ]);
}

/**
 * What a bucket refuses whoever asks: requests that are not encrypted on the way, and objects that would lie there under
 * another key. Objects that say nothing get the bucket's key, which is why a header that is absent is fine; a negated
 * condition alone would hold for it.
 */
export function bucketPolicy(arn: string, keyArn: string): PolicyDocument {
  const all = [arn, `${arn}/*`];
  const denyPut = (Sid: string, Condition: Statement['Condition']): Statement => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `${arn}/*`,
    ...(Condition && { Condition }),
  });
  const [kind, key] = ['s3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id'];
  return policyDocument([
    denyPlainHttp('s3', all),
    {
      Sid: 'DenyOldTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: all,
      Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } },
    },
    denyPut('DenyOtherEncryption', { Null: { [kind]: 'false' }, StringNotEquals: { [kind]: 'aws:kms' } }),
    denyPut('DenyOtherKeys', { Null: { [key]: 'false' }, StringNotEquals: { [key]: keyArn } }),
    denyPut('DenyKeysOfClients', {
      Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' },
    }),
  ]);
}

/** Who may send to a queue by its own policy: the buckets that announce objects on it. */
export const queuePolicy = (place: Place, queueArn: string, bucketArns: readonly string[]): PolicyDocument =>
  policyDocument([
    denyPlainHttp('sqs', queueArn),
    ...(bucketArns.length === 0
      ? []
      : [
          {
            Sid: 'BucketEvents',
            Effect: 'Allow',
            Principal: { Service: 's3.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: queueArn,
            Condition: {
              ArnEquals: { 'aws:SourceArn': bucketArns },
              StringEquals: { 'aws:SourceAccount': place.accountId },
            },
          } as const,
        ]),
  ]);
