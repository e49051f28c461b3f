import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { OriginCheck } from '../../core/identity/origin-secret.ts';
import { Problem } from '../../core/problems/problem.ts';
import { describeError } from '../../core/telemetry/describe-error.ts';
import type { Caller } from './caller.ts';
import { problemResponse } from './problem-response.ts';
import { requireOrigin } from './require-origin.ts';

export interface AppEnv {
  Variables: { caller: Caller };
}

/** The log of what went wrong inside; its text never reaches a client. */
export type ErrorLog = (message: string, error: unknown) => void;

/** Writes an internal error as one JSON line on standard error. */
export const logError: ErrorLog = (message, error) => {
  process.stderr.write(`${JSON.stringify({ level: 'error', message, error: describeError(error) })}\n`);
};

export interface AppOptions {
  readonly log?: ErrorLog;
  /** Whether a request came through the stage's front; unset where nothing stands in front of the app. */
  readonly isFromOrigin?: OriginCheck | undefined;
}

/** A Hono app in which every failure is a problem+json and every answer carries the security headers. */
export function createApp({ log = logError, isFromOrigin }: AppOptions = {}): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.use(async (c, next) => {
    await next();
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  if (isFromOrigin) app.use(requireOrigin(isFromOrigin));

  app.notFound(() => problemResponse(new Problem('not-found', 'There is nothing at this address.')));

  app.onError((error) => {
    if (error instanceof Problem) {
      if (error.status >= 500) log('request failed', error.cause ?? error);
      return problemResponse(error);
    }
    if (error instanceof HTTPException && error.status < 500) {
      return problemResponse(new Problem('bad-request', 'The request cannot be read.'));
    }
    log('request failed', error);
    return problemResponse(new Problem('internal', 'The request could not be completed.'));
  });

  return app;
}

/** Answers every method that an address does not take with 405 and the ones it does. */
export function onlyMethods(app: Hono<AppEnv>, path: string, methods: readonly string[]): void {
  const allow = methods.join(', ');
  app.all(path, () => {
    throw new Problem('method-not-allowed', `This address takes ${allow}.`, { headers: { allow } });
  });
}
