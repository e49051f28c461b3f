import type { Functions } from './functions.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';

export interface Api {
  /** Where clients call: the domain, or without one the chat function's own URL. */
  readonly url: $util.Output<string>;
  /** The distribution in front, where there is one. */
  readonly distributionId?: $util.Output<string>;
}

export function createApi(_stage: Stage, _with: { functions: Functions; secrets: Secrets }): Api {
  return { url: $output('https://x') };
}
