import type { Images } from './images.ts';
import type { Services } from './load-balancer.ts';
import type { Network } from './network.ts';
import type { FunctionName } from './resources.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export interface DeployedFunction {
  readonly name: $util.Output<string>;
  readonly arn: $util.Output<string>;
  /** The address of its function URL; absent where it has none. */
  readonly url?: $util.Output<string>;
  /** For an API in front of it: buffered and streaming. */
  readonly invokeArn: $util.Output<string>;
  readonly streamingInvokeArn: $util.Output<string>;
}
export type Functions = Readonly<Record<FunctionName, DeployedFunction>>;

export function createFunctions(
  _stage: Stage,
  _with: { network: Network; storage: Storage; secrets: Secrets; images: Images; services: Services },
): Functions {
  return {} as Functions;
}
