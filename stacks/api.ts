import type { Functions } from './functions.ts';
import type { StreamingApi } from './rest-api.ts';
import type { Secrets } from './secrets.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export interface Api {
  /** Where clients call: the domain, or without a front the chat function's own address. */
  readonly url: $util.Output<string>;
  /** Where tenants are looked after; the same as `url` where there is a front. */
  readonly adminUrl: $util.Output<string>;
  /** The distribution in front, where there is one. */
  readonly distributionId?: $util.Output<string>;
  /** The key of what must be beside CloudFront, where there is a distribution. */
  readonly edgeKeyArn?: $util.Output<string>;
  /** What stands between the front and the chat function, where that is not its function URL. */
  readonly streamingApi?: StreamingApi;
}

/** What answers on the internet. */
export function createApi(
  _stage: Stage,
  _with: { storage: Storage; functions: Functions; secrets: Secrets },
): Api {
  return { url: $output('https://x'), adminUrl: $output('https://x') };
}
