import type { Standing } from '../identity/roles.ts';
import type { Route, TenantConfig } from '../tenants/schema.ts';
import { mayAsk } from './narrowing.ts';
import { SMALL_TALK } from './small-talk.ts';

/** The route that catches what no other route is for; also the one that small talk is reported as. */
export const GENERAL = 'GENERAL';

export type RouteChoice =
  | {
      readonly kind: 'answer';
      readonly route: Route;
      readonly confidence: number;
      readonly smallTalk: boolean;
    }
  /**
   * The nearest route is one that the tenant does not allow, or not for those who ask: which of the two, nothing tells.
   * `index` is its place among the tenant's routes.
   */
  | { readonly kind: 'blocked'; readonly route: Route; readonly confidence: number; readonly index: number }
  /** No route can be ranked and the one who asks may not ask on the general one. */
  | { readonly kind: 'none' };

/** The reason that the person reads whose question belongs to a route that is blocked. */
export const notAnsweredHere = (routeId: string): string =>
  `Questions about ${routeId} are not answered here.`;

/** The routes of a tenant: the built-in ones, with the tenant's own added or put in their place. */
export function routesOf(config: TenantConfig, builtIn: readonly Route[]): Route[] {
  const routes = new Map(builtIn.map((route) => [route.id, route]));
  for (const own of config.routes ?? []) routes.set(own.id, own);
  return [...routes.values()];
}

/**
 * Decides what a question is about.
 *
 * @param held what the one who asks is.
 * @param ranking nearest first, or `undefined` when no ranking could be had: then the general route answers with
 *   confidence 0, where it may be asked on.
 */
export function chooseRoute(
  config: TenantConfig,
  held: readonly Standing[],
  routes: readonly Route[],
  ranking: readonly { id: string; score: number }[] | undefined,
): RouteChoice {
  const best = ranking?.[0];
  const smallTalk = best?.id === SMALL_TALK;
  const index = routes.findIndex((route) => route.id === (smallTalk || !best ? GENERAL : best.id));
  const route = routes[index];
  if (!route) return { kind: 'none' };
  if (mayAsk(config, held, route.id))
    return { kind: 'answer', route, confidence: best ? bounded(best.score) : 0, smallTalk };
  return best ? { kind: 'blocked', route, confidence: bounded(best.score), index } : { kind: 'none' };
}

const bounded = (score: number) => Math.round(Math.min(1, Math.max(0, score)) * 1e4) / 1e4;
