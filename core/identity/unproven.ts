import { Problem } from '../problems/problem.ts';

/**
 * The denial of a credential that proves nothing: one and the same for every credential and every fault.
 *
 * @param cause why, in a fixed code: for the log, and never with the credential in it.
 */
export const unproven = (cause?: unknown): Problem =>
  new Problem('unauthenticated', 'The credential does not prove who asks.', {
    errors: [{ field: 'header:authorization', reason: 'is not valid' }],
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    cause,
  });

/**
 * The denial while nobody can say whether a credential holds.
 *
 * @param cause what the one who was asked threw: for the log.
 */
export const uncheckable = (cause: unknown, retryAfterS = 2): Problem =>
  new Problem('unavailable', 'Who asks cannot be checked at the moment.', { retryAfterS, cause });
