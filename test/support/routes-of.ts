import type { Hono } from 'hono';
import type { AppEnv } from '../../functions/http/app.ts';

/** An address that an app answers. */
export interface Route {
  readonly app: Hono<AppEnv>;
  readonly method: string;
  readonly path: string;
}

/**
 * Every address that the apps answer, once: what stands before a handler is listed as one, too. Entries for every
 * method are only there to say 405.
 */
export const routesOf = (apps: readonly Hono<AppEnv>[]): Route[] =>
  apps.flatMap((app) => {
    const answered = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => ({ app, method, path: path.replace(/\/$/, '') }));
    return [...new Map(answered.map((route) => [`${route.method} ${route.path}`, route])).values()];
  });
