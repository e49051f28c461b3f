import type { Problem } from '../../core/problems/problem.ts';

/** A denial as `application/problem+json` (RFC 9457), with `Retry-After` where a time is known. */
export function problemResponse(problem: Problem): Response {
  return new Response(JSON.stringify(problem.body()), {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(problem.retryAfterS !== undefined && { 'retry-after': String(problem.retryAfterS) }),
      ...problem.headers,
    },
  });
}
