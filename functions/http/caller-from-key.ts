import type { KeyAuthenticator, KeyFreshness } from '../../core/identity/keys/authenticate-key.ts';
import { KeyRejected } from '../../core/identity/keys/key-rejected.ts';
import { actionsOfScopes } from '../../core/identity/keys/scopes.ts';
import { uncheckable, unproven } from '../../core/identity/unproven.ts';
import type { Caller } from './caller.ts';
import { tooManyAttempts } from './too-many-attempts.ts';

/** In this time the budget of reads for keys that turn out to be none grows by five in one tenant, and by 50 in all. */
const busyForMs = 5_000;

/**
 * The caller that an API key proves, by the key's scopes and groups.
 *
 * @param text the key itself, without a scheme before it.
 * @param now epoch milliseconds, by the clock of the authenticator.
 * @throws {Problem} `unauthenticated`, the same as for every other credential that proves nothing; `too-many-attempts`
 *   when others guess so much that it was not looked up; `unavailable` while it cannot be. The cause is a `KeyRejected`, or what the store threw.
 */
export async function callerFromKey(
  keys: KeyAuthenticator,
  text: string,
  now: () => number,
): Promise<Caller> {
  const begunMs = now();
  const verdict = await keys.authenticate(text).catch((cause: unknown) => {
    throw uncheckable(cause, 5);
  });
  if (!verdict.ok) {
    const rejected = new KeyRejected(verdict.reason);
    throw verdict.reason === 'busy' ? tooManyAttempts(busyForMs, rejected) : unproven(rejected);
  }
  const { tenant, keyId, scopes, groups, endsAtMs } = verdict.key;

  /** Another verdict on the same key; that there is none is a failure, not a "no". */
  const holds = async (ask: KeyFreshness) => {
    const again = await keys.authenticate(text, ask);
    if (!again.ok && again.reason === 'busy') throw new KeyRejected('busy');
    return again.ok;
  };
  return {
    tenant,
    mode: 'key',
    subject: `key:${keyId}`,
    roles: [],
    actions: actionsOfScopes(scopes),
    scopes,
    groups,
    ...(endsAtMs !== undefined && { keyEndsAtMs: endsAtMs }),
    proof: {
      holdsAt: (atEpoch) => holds({ atEpoch }),
      // The read that this request caused, if it did, is new enough.
      holdsNow: () => holds({ sinceMs: begunMs }),
    },
  };
}
