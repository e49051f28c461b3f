import type { MiddlewareHandler } from 'hono';
import type { Action } from '../../core/identity/roles.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { AppEnv } from './app.ts';

/** Lets only callers on who may do the action; it comes after the authenticator and before anything is read. */
export function permit(action: Action): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (!c.var.caller.actions.includes(action)) {
      throw new Problem('forbidden', `The caller may not do this: ${action}.`);
    }
    await next();
  };
}
