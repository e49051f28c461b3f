import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { z } from 'zod';
import { commaList } from '../../core/environment/comma-list.ts';

const allowMethods = ['GET', 'POST', 'PUT', 'DELETE'];
const allowHeaders = [
  'authorization',
  'content-type',
  'x-tenant-id',
  'accept',
  'idempotency-key',
  'last-event-id',
];
const exposeHeaders = [
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'x-message-id',
  'location',
  'etag',
  'idempotency-replayed',
];
const maxAgeS = 600;

const maxOrigins = 100;
const loopback = /^(?:localhost|127\.0\.0\.1|\[::1\])$/;

/** An origin exactly as browsers write it (RFC 6454, 6.2): no path, no default port, no pattern. */
const origin = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.origin !== text || text.includes('*')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname));
}, 'must be origins such as https://app.example, each as browsers write it; http only for this machine');

/** `CORS_ORIGINS`: the origins whose pages may ask, separated by commas; unset: none but the stage's own. */
export const corsOriginsVariable = commaList.pipe(z.array(origin).max(maxOrigins));

/**
 * Lets pages of exactly these origins ask and read the answers, problems included. Preflights are answered here, so
 * before anybody asks who it is: browsers send no credential with them. A page of another origin is told nothing. There
 * are no cookies, so no mode for them.
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  const listed = new Set(origins);
  const allow = cors({
    origin: [...origins],
    allowMethods,
    allowHeaders,
    exposeHeaders,
    maxAge: maxAgeS,
  });
  return async (c, next) => {
    if (listed.has(c.req.header('origin') ?? '')) return allow(c, next);
    await next();
    // What is kept of this answer must not be given to a listed origin, which would miss its headers.
    c.res.headers.append('vary', 'Origin');
  };
}
