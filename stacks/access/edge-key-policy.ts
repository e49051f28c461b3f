import { edgeArn, edgeRegion } from '../front/edge-region.ts';
import { type PolicyDocument, policyDocument, type Statement } from './policies.ts';

/** What whoever looks after the key may do with it, which is not to use it. */
const administration = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
] as const;

const logUse = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/**
 * Policy of the key beside CloudFront. The account's IAM decides who administers it; only its logs and its alarms there
 * use it. In a key policy the resource is always `*`, which means this key.
 */
export function edgeKeyPolicy(place: {
  readonly partition: string;
  readonly accountId: string;
}): PolicyDocument {
  const allow = (
    Sid: string,
    principal: Readonly<Record<string, string>>,
    Action: readonly string[],
    Condition?: Statement['Condition'],
  ): Statement => ({
    Sid,
    Effect: 'Allow',
    Principal: principal,
    Action,
    Resource: '*',
    ...(Condition && { Condition }),
  });
  return policyDocument([
    allow(
      'IamDecidesWhoAdministers',
      { AWS: `arn:${place.partition}:iam::${place.accountId}:root` },
      administration,
    ),
    allow('Logs', { Service: `logs.${edgeRegion}.amazonaws.com` }, logUse, {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': edgeArn(place, 'logs', 'log-group:*') },
    }),
    allow('AlarmsToTopics', { Service: 'cloudwatch.amazonaws.com' }, ['kms:Decrypt', 'kms:GenerateDataKey'], {
      StringEquals: { 'aws:SourceAccount': place.accountId },
    }),
  ]);
}
