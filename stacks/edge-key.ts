import { edgeArn, edgeRegion } from './edge-region.ts';
import { type PolicyDocument, policyDocument } from './policies.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

/**
 * The key for what must be beside CloudFront: the stage's own where it is there already, and one more where the stage is
 * in another region, since logs and topics take keys of their region only.
 */
export function createEdgeKey(stage: Stage, storage: Storage): $util.Output<string> {
  if (stage.region === edgeRegion) return storage.keyArn;
  const { retained, recoveryDays } = stage.settings;
  return new aws.kms.Key(
    'edge-key',
    {
      region: edgeRegion,
      description: `${stage.physical('edge')}: log of the web ACL, alarms of the front`,
      enableKeyRotation: true,
      deletionWindowInDays: recoveryDays,
      policy: JSON.stringify(edgeKeyPolicy(stage)),
    },
    { protect: retained, retainOnDelete: retained },
  ).arn;
}

/** Whoever the account's own policies allow, as every key needs; its logs there; its alarms there. */
function edgeKeyPolicy(stage: Stage): PolicyDocument {
  const use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  return policyDocument([
    {
      Sid: 'AccountDecides',
      Effect: 'Allow',
      Principal: { AWS: `arn:${stage.partition}:iam::${stage.accountId}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Sid: 'Logs',
      Effect: 'Allow',
      Principal: { Service: `logs.${edgeRegion}.amazonaws.com` },
      Action: use,
      Resource: '*',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': edgeArn(stage, 'logs', 'log-group:*') } },
    },
    {
      Sid: 'Alarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': stage.accountId } },
    },
  ]);
}
