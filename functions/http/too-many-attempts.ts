import { Problem } from '../../core/problems/problem.ts';

/**
 * The answer where too many credentials have failed, to one that is bad too or that was not judged; the same whether
 * there are such tenants and credentials or not.
 */
export function tooManyAttempts(retryAfterMs: number, cause?: unknown): Problem {
  const retryAfterS = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  return new Problem('too-many-attempts', 'Too many attempts to prove who asks have failed.', {
    errors: [{ field: 'header:authorization', reason: `try again in ${retryAfterS} s` }],
    retryAfterS,
    cause,
  });
}
