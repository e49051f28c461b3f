import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export interface Secrets {
  /** ARNs by logical name of `resources.ts`, and of the operator's. */
  readonly arns: Readonly<Record<string, $util.Output<string>>>;
  /** The public half of the services' key, as a JWK in JSON. Not a secret. */
  readonly servicePublicJwk: $util.Output<string>;
  /** What the front sends today; a secret value. */
  readonly currentOriginSecret: $util.Output<string>;
}

export function createSecrets(_stage: Stage, _storage: Storage): Secrets {
  return { arns: {}, servicePublicJwk: $output('{}'), currentOriginSecret: $output('x') };
}
