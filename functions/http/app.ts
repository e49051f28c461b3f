import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { OriginCheck } from '../../core/identity/origin-secret.ts';
import { Problem } from '../../core/problems/problem.ts';
import { describeError } from '../../core/telemetry/describe-error.ts';
import type { Caller } from './caller.ts';
import { allowOrigins } from './cors.ts';
import { problemResponse } from './problem-response.ts';
import { requireOrigin } from './require-origin.ts';
import { securityHeaders } from './security-headers.ts';
import { viewerAddress } from './viewer-address.ts';

export interface AppEnv {
  Variables: {
    caller: Caller;
    /** Where the request comes from, where that is certain; set in apps that have an edge. */
    address: string | undefined;
  };
}

/** The log of what went wrong inside; its text never reaches a client. */
export type ErrorLog = (message: string, error: unknown) => void;

/** Writes an internal error as one JSON line on standard error. */
export const logError: ErrorLog = (message, error) => {
  process.stderr.write(`${JSON.stringify({ level: 'error', message, error: describeError(error) })}\n`);
};

/** Writes that a request was put off, of which nothing is wrong, as one JSON line on standard error. */
const logPutOff = (detail: string) =>
  process.stderr.write(`${JSON.stringify({ level: 'warn', message: 'request put off', detail })}\n`);

/** Whether there is too much to do, rather than anything broken: that has no cause. */
const isPutOff = ({ code, cause, retryAfterS }: Problem) =>
  code === 'unavailable' && cause === undefined && retryAfterS !== undefined;

/** What stands between an app and its viewers. */
export interface Edge {
  /** Whether a request came through the stage's front; unset where nothing stands in front of the app. */
  readonly isFromOrigin?: OriginCheck | undefined;
  /** Origins whose pages may ask; unset or empty: none but the app's own. */
  readonly corsOrigins?: readonly string[] | undefined;
}

export interface AppOptions {
  readonly log?: ErrorLog;
  /** Unset for an app that only services ask, or that only hands requests on to apps with an edge. */
  readonly edge?: Edge;
}

/** A Hono app in which every failure is a problem+json and every answer carries the security headers. */
export function createApp({ log = logError, edge }: AppOptions = {}): Hono<AppEnv> {
  const app = new Hono<AppEnv>();

  app.use(securityHeaders());
  if (edge) {
    const { isFromOrigin, corsOrigins = [] } = edge;
    app.use(viewerAddress(isFromOrigin !== undefined));
    if (isFromOrigin) app.use(requireOrigin(isFromOrigin));
    if (corsOrigins.length > 0) app.use(allowOrigins(corsOrigins));
  }

  app.notFound(() => problemResponse(new Problem('not-found', 'There is nothing at this address.')));

  app.onError((error) => {
    if (error instanceof Problem) {
      if (isPutOff(error)) logPutOff(error.message);
      else if (error.status >= 500) log('request failed', error.cause ?? error);
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
