import type { MiddlewareHandler } from 'hono';
import type { OriginCheck } from '../../core/identity/origin-secret.ts';
import { Problem } from '../../core/problems/problem.ts';

/** The front sets it on every request to a function, in place of whatever a viewer sent. */
export const originHeader = 'x-atrium-origin';

/**
 * Turns away what did not come through the stage's own front, before anything else is looked at. Whoever comes through
 * it brings the secret no further: neither the request nor the event that handlers see has it.
 *
 * @throws {Problem} `forbidden`, the same for every reason, without a word about what was missing.
 */
export function requireOrigin(isFromOrigin: OriginCheck): MiddlewareHandler {
  return async (c, next) => {
    const presented = c.req.raw.headers.get(originHeader) ?? undefined;
    if (!isFromOrigin(presented)) throw new Problem('forbidden', 'This address is not open to you.');
    c.req.raw.headers.delete(originHeader);
    // What the platform gave beside the request: its event repeats every header.
    c.env = {};
    await next();
  };
}
