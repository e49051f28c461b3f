import { Problem } from '../../core/problems/problem.ts';

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
