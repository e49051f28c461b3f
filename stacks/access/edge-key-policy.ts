import { edgeArn, edgeRegion } from '../front/edge-region.ts';
import { allowOnKey, keyAdministration, keyUse } from './key-policy.ts';
import { type PolicyDocument, policyDocument } from './policies.ts';

/**
 * Policy of the key beside CloudFront. The account's IAM decides who administers it; only its logs and its alarms there
 * use it. In a key policy the resource is always `*`, which means this key.
 */
export function edgeKeyPolicy(place: {
  readonly partition: string;
  readonly accountId: string;
}): PolicyDocument {
  return policyDocument([
    allowOnKey(
      'IamDecidesWhoAdministers',
      { AWS: `arn:${place.partition}:iam::${place.accountId}:root` },
      keyAdministration,
    ),
    allowOnKey('Logs', { Service: `logs.${edgeRegion}.amazonaws.com` }, [...keyUse, 'kms:DescribeKey'], {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': edgeArn(place, 'logs', 'log-group:*') },
    }),
    allowOnKey(
      'AlarmsToTopics',
      { Service: 'cloudwatch.amazonaws.com' },
      ['kms:Decrypt', 'kms:GenerateDataKey'],
      {
        StringEquals: { 'aws:SourceAccount': place.accountId },
      },
    ),
  ]);
}
