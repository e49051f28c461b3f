import { createEdgeKey } from './front/edge-key.ts';
import { createFront, type FrontOrigin } from './front/front.ts';
import { frontBehaviors, streamingRoutes } from './front/front-behaviors.ts';
import { createStreamingApi, type StreamingApi } from './front/rest-api.ts';
import { createWebAcl } from './front/web-acl.ts';
import type { DeployedFunction, Functions } from './functions.ts';
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
  stage: Stage,
  { storage, functions, secrets }: { storage: Storage; functions: Functions; secrets: Secrets },
): Api {
  const apis =
    stage.settings.streamingFront === 'api-gateway'
      ? createStreamingApis(stage, functions, storage.keyArn)
      : {};
  const addressOf = (name: string) => apis[name]?.url ?? ownUrl(functions, name);
  const streamingApi = apis.chat ? { streamingApi: apis.chat } : {};
  if (!stage.settings.guardedFront) {
    return { url: addressOf('chat'), adminUrl: addressOf('admin'), ...streamingApi };
  }

  const edgeKeyArn = createEdgeKey(stage, storage);
  const distributionId = createFront(stage, {
    origins: Object.fromEntries(frontBehaviors().origins.map((name) => [name, frontOrigin(addressOf(name))])),
    originSecret: secrets.currentOriginSecret,
    webAclArn: createWebAcl(stage, edgeKeyArn),
  });
  const url = distributionId.apply(() => `https://${stage.installation.domain?.name}`);
  return { url, adminUrl: url, distributionId, edgeKeyArn, ...streamingApi };
}

function createStreamingApis(
  stage: Stage,
  functions: Functions,
  keyArn: $util.Output<string>,
): Readonly<Record<string, StreamingApi>> {
  return Object.fromEntries(
    Object.entries(streamingRoutes()).map(([name, prefixes]) => [
      name,
      createStreamingApi(stage, name, { function: deployed(functions, name), prefixes, keyArn }),
    ]),
  );
}

function deployed(functions: Functions, name: string): DeployedFunction {
  const found = (functions as Readonly<Record<string, DeployedFunction>>)[name];
  if (!found) throw new Error(`There is no function ${name}.`);
  return found;
}

function ownUrl(functions: Functions, name: string): $util.Output<string> {
  const { url } = deployed(functions, name);
  if (!url) throw new Error(`The function ${name} has no address of its own.`);
  // Lambda ends it with a slash; a path behind that would begin with two, which no route does.
  return url.apply((text) => text.replace(/\/$/, ''));
}

const frontOrigin = (address: $util.Output<string>): FrontOrigin => ({
  host: address.apply((text) => new URL(text).host),
  path: address.apply((text) => new URL(text).pathname.replace(/\/$/, '')),
});
