import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { addressKey } from '../../core/identity/address-key.ts';
import type { Attempts } from '../../core/identity/attempts.ts';
import type { JwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { parseApiKeyText } from '../../core/identity/keys/api-key-text.ts';
import type { KeyAuthenticator } from '../../core/identity/keys/authenticate-key.ts';
import type { KnownRevocations } from '../../core/identity/revocations/known-revocations.ts';
import { unproven } from '../../core/identity/unproven.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { Caller } from './caller.ts';
import { callerFromKey } from './caller-from-key.ts';
import { callerFromToken } from './caller-from-token.ts';
import type { ClaimedTenant } from './claimed-tenant.ts';
import { type RefusedCredential, reasonOf } from './refused-credential.ts';
import { tooManyAttempts } from './too-many-attempts.ts';

export interface CredentialJudgeOptions {
  /** Of issuers' tokens; absent: the stage takes none. */
  readonly tokens?: { readonly verifier: JwtVerifier; readonly revocations: KnownRevocations } | undefined;
  /** Of API keys; absent: the stage takes none. */
  readonly keys?: KeyAuthenticator | undefined;
  /** Whom a bad token names. */
  readonly claimedTenant: ClaimedTenant;
  readonly attempts: Attempts;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (refused: RefusedCredential) => void;
  /** Failures that are remembered, so that one which is repeated does not count again. */
  readonly maxFailures?: number;
}

/**
 * Judges an `Authorization` header that came from an address.
 *
 * @throws {Problem} `unauthenticated`, `too-many-attempts` (in its place, and for keys that were not looked up) or
 *   `unavailable`.
 */
export type CredentialJudge = (credential: string, address: string | undefined) => Promise<Caller>;

/** `Bearer` and one credential (RFC 6750, 2.1); a header that was sent twice has a comma, which none contains. */
const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;
const keyForm = /^atr_/;

/** In this time one and the same bad credential counts once. */
const REPEAT_MS = 5_000;

/** A credential in the hands of the one who judges it. */
interface Presented {
  readonly mode: RefusedCredential['mode'];
  readonly text: string;
  /** What the limits are asked before it is judged; absent: it is judged whatever they say. */
  readonly limited?: {
    readonly tenantText: string | undefined;
    /** Whether this process found it good before and not bad since: then it is judged, too. */
    isKnown(): boolean;
  };
  verify(): Promise<Caller>;
  /** The tenant that it claims, once it was refused. */
  claimed(): string | undefined;
}

/**
 * Limits how often proving who asks may fail, so that guessing costs no reads and fills no log.
 *
 * The limits stand in another place for each kind. A token is measured with public keys and costs nobody a read; how often an
 * issuer is asked for keys is bounded elsewhere. So it is judged first, and a good one passes whatever others did: behind
 * one address there may be a whole office, one of it a client that repeats an expired token, and anybody can write a token
 * that names any tenant. The limits only answer bad tokens, with 429 in place of 401. A key is looked up in a store, so
 * the limits of its address and of the tenant that it names come before that, except for one that was good in this
 * process before.
 *
 * A failure counts once, for the address and the tenant named; a client that does not notice that its credential ended, or
 * a fleet of them, guesses nothing, so what it repeats counts and is logged once in 5 s. Where nobody could say (503)
 * nothing counts, and what is answered with 429 is not logged, which bounds the log.
 */
export function createCredentialJudge(options: CredentialJudgeOptions): CredentialJudge {
  const { tokens, keys, claimedTenant, attempts, now, log, maxFailures = 10_000 } = options;
  /** When a failure was counted, by the credential's hash: memory that leaks gives nobody a credential. */
  const countedAtMs = new LRUCache<string, number>({ max: maxFailures });

  function presentedKey(by: KeyAuthenticator, text: string): Presented {
    const tenantText = parseApiKeyText(text)?.tenantText;
    return {
      mode: 'key',
      text,
      limited: { tenantText, isKnown: () => by.knows(text) },
      verify: () => callerFromKey(by, text, now),
      claimed: () => tenantText,
    };
  }

  function present(credential: string): Presented {
    const text = bearer.exec(credential.trim())?.[1];
    if (text !== undefined && keys && keyForm.test(text)) return presentedKey(keys, text);
    if (text !== undefined && tokens) {
      const { verifier, revocations } = tokens;
      return {
        mode: 'jwt',
        text,
        verify: () => callerFromToken(verifier, revocations, credential),
        claimed: () => claimedTenant(text),
      };
    }
    return {
      mode: 'none',
      text: credential,
      verify: () => Promise.reject(unproven()),
      claimed: () => undefined,
    };
  }

  /** Whether it was counted within the last 5 s. */
  function isRepeated(hash: string): boolean {
    const ageMs = now() - (countedAtMs.get(hash) ?? Number.NEGATIVE_INFINITY);
    return ageMs >= 0 && ageMs < REPEAT_MS;
  }

  /** @returns what the answer to a bad credential is. */
  function failed(
    { mode, text, claimed }: Presented,
    address: string | undefined,
    problem: Problem,
  ): Problem {
    const tenantText = claimed();
    const hash = createHash('sha256').update(text).digest('base64url');
    const repeated = isRepeated(hash);
    const refused = repeated ? attempts.refused(address, tenantText) : attempts.failed(address, tenantText);
    if (refused) return tooManyAttempts(refused.retryAfterMs);
    if (!repeated) {
      countedAtMs.set(hash, now());
      log({ reason: reasonOf(problem.cause), mode, address: addressKey(address), claimedTenant: tenantText });
    }
    return problem;
  }

  return async (credential, address) => {
    const presented = present(credential);
    const { limited } = presented;
    const refused = limited && attempts.refused(address, limited.tenantText);
    if (refused && !limited.isKnown()) throw tooManyAttempts(refused.retryAfterMs);
    try {
      return await presented.verify();
    } catch (error) {
      throw isRefusal(error) ? failed(presented, address, error) : error;
    }
  };
}

const isRefusal = (error: unknown): error is Problem =>
  error instanceof Problem && error.code === 'unauthenticated';
