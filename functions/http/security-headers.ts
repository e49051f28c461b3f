import type { MiddlewareHandler } from 'hono';

/**
 * What every answer says to browsers. Answers are data: nothing in them is to be guessed at, framed, run or kept.
 *
 * The resource policy stays `same-origin` also where other origins are let in: it speaks of embedding without CORS
 * (`<img>`, `<script>`) and not of requests that CORS decides about (Fetch, 3.7).
 */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  // One year, for this host alone: what else the domain serves is not ours. Without TLS browsers ignore it.
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Sets the headers on every answer, problems included; answers are not read for it. */
export function securityHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
  };
}
