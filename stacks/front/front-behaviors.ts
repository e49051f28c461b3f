import { functions, httpRoutes } from '../resources.ts';

type Routes = readonly { readonly prefix: string; readonly function: string }[];

export interface FrontBehaviors {
  /** Functions that answer something; each is an origin of the front. */
  readonly origins: readonly string[];
  /** CloudFront's path patterns, the first match wins. */
  readonly ordered: readonly { readonly pathPattern: string; readonly origin: string }[];
  /** Who answers everything else, with a 404. */
  readonly otherwise: string;
}

/**
 * The routes of the product as CloudFront's path patterns. `/chat` becomes `/chat` and `/chat/*`; `/chat*` would also
 * take `/chatter`.
 *
 * @param otherwise the function that answers addresses which nobody has.
 */
export function frontBehaviors(routes: Routes = httpRoutes, otherwise = 'admin'): FrontBehaviors {
  return {
    origins: [...new Set([...routes.map((route) => route.function), otherwise])],
    ordered: routes.flatMap(({ prefix, function: origin }) => [
      { pathPattern: prefix, origin },
      { pathPattern: `${prefix}/*`, origin },
    ]),
    otherwise,
  };
}

/** The functions that stream, each with the prefixes that it answers. */
export function streamingRoutes(routes: Routes = httpRoutes): Readonly<Record<string, readonly string[]>> {
  const streaming = Object.entries(functions)
    .filter(([, each]) => 'url' in each && each.url === 'streaming')
    .map(([name]) => name);
  return Object.fromEntries(
    streaming.map((name) => [
      name,
      routes.filter((route) => route.function === name).map(({ prefix }) => prefix),
    ]),
  );
}
