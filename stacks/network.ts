import type { Stage } from './stage.ts';

export interface Network {
  readonly vpcId: $util.Output<string>;
  /** Private subnets in two zones at least. */
  readonly privateSubnetIds: $util.Output<string[]>;
  /** Those of them that nodes run in: `settings.zones` of them. */
  readonly nodeSubnetIds: $util.Output<string[]>;
  /** What the functions are in that reach the cluster. */
  readonly functionsGroupId: $util.Output<string>;
}

export function createNetwork(_stage: Stage): Network {
  const id = $output('placeholder');
  return {
    vpcId: id,
    privateSubnetIds: $output(['a', 'b']),
    nodeSubnetIds: $output(['a']),
    functionsGroupId: id,
  };
}
