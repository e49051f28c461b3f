import type { Proof } from '../../core/identity/proof.ts';
import { uncheckable, unproven } from '../../core/identity/unproven.ts';
import { Problem } from '../../core/problems/problem.ts';

/**
 * Goes on only with a credential that holds at the moment.
 *
 * @throws {Problem} `unauthenticated`; `unavailable`, or what the store said, when that cannot be told.
 */
export async function confirmNow(proof: Proof): Promise<void> {
  const holds = await proof.holdsNow().catch((cause: unknown) => {
    throw cause instanceof Problem ? cause : uncheckable(cause);
  });
  if (!holds) throw unproven();
}
