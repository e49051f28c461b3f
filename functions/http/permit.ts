import type { MiddlewareHandler } from 'hono';
import { type Action, may } from '../../core/identity/roles.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { AppEnv } from './app.ts';

/** Lets only callers on whose roles allow the action; it comes after the authenticator and before anything is read. */
export function permit(action: Action): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!may(c.var.caller.roles, action)) {
      throw new Problem('forbidden', `The caller's roles do not allow ${action}.`);
    }
    await next();
  };
}
