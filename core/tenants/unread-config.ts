import { Problem } from '../problems/problem.ts';

/** For when the store of configurations does not answer. */
export function unreadConfig(cause: unknown): never {
  throw new Problem('unavailable', 'The configuration cannot be read right now.', { retryAfterS: 2, cause });
}
