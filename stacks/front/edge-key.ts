import { edgeKeyPolicy } from '../access/edge-key-policy.ts';
import { keep } from '../keep.ts';
import type { Stage } from '../stage.ts';
import type { Storage } from '../storage.ts';
import { edgeRegion } from './edge-region.ts';

/**
 * The key for what must be beside CloudFront: the stage's own where it is there already, and one more where the stage is
 * in another region, since logs and topics take keys of their region only.
 */
export function createEdgeKey(stage: Stage, storage: Storage): $util.Output<string> {
  if (stage.region === edgeRegion) return storage.keyArn;
  return new aws.kms.Key(
    'edge-key',
    {
      region: edgeRegion,
      description: `${stage.physical('edge')}: log of the web ACL, alarms of the front`,
      enableKeyRotation: true,
      deletionWindowInDays: stage.settings.recoveryDays,
      policy: JSON.stringify(edgeKeyPolicy(stage)),
    },
    keep(stage),
  ).arn;
}
