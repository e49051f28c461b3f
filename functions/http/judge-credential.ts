import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { addressKey } from '../../core/identity/address-key.ts';
import type { Attempts } from '../../core/identity/attempts.ts';
import type { JwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { parseApiKeyText } from '../../core/identity/keys/api-key-text.ts';
import type { KeyAuthenticator } from '../../core/identity/keys/authenticate-key.ts';
import type { KnownRevocations } from '../../core/identity/revocations/known-revocations.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { Caller } from './caller.ts';
import { callerFromKey } from './caller-from-key.ts';
import { callerFromToken } from './caller-from-token.ts';
import type { ClaimedTenant } from './claimed-tenant.ts';
import { type RefusedCredential, reasonOf } from './refused-credential.ts';
import { tooManyAttempts } from './too-many-attempts.ts';
import { unproven } from './unproven.ts';

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
  /** Good tokens that are remembered. */
  readonly maxTokens?: number;
}

/**
 * Judges an `Authorization` header that came from an address.
 *
 * @throws {Problem} `unauthenticated`, `too-many-attempts` (nobody was asked then) or `unavailable`.
 */
export type CredentialJudge = (credential: string, address: string | undefined) => Promise<Caller>;

/** `Bearer` and one credential (RFC 6750, 2.1); a header that was sent twice has a comma, which none contains. */
const bearer = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i;
const keyForm = /^atr_/;

/** A credential in the hands of the one who judges it. */
interface Presented {
  readonly mode: RefusedCredential['mode'];
  /** The tenant that it names and whose limit holds before anybody is asked. */
  readonly tenantText?: string | undefined;
  /** Whether this process found it good before and not bad since. */
  readonly known: boolean;
  verify(): Promise<Caller>;
  /** What it claims, once it was refused. */
  claimed(): string | undefined;
}

/**
 * Limits how often proving who asks may fail, so that guessing costs neither reads nor an issuer's patience.
 *
 * A credential that was good in this process before is no guess and passes every limit: nobody who shares an address or a
 * tenant with an attacker is shut out while at work. For others the address's limit comes first, before anybody is asked.
 * The tenant's limit differs by kind. A key names its tenant in the open and is looked up in a store, so reads of one
 * tenant's keys are bounded whoever asks. A token is measured with public keys and costs no tenant anything, and
 * anybody can write one that names any tenant: so a tenant's limit never stops a token that may be good, it only
 * answers bad ones with 429.
 *
 * A failure counts once, for the address and the tenant named. Where nobody could say (503) nothing counts, and what the
 * limiter refused is not logged, which bounds the log.
 */
export function createCredentialJudge(options: CredentialJudgeOptions): CredentialJudge {
  const { tokens, keys, claimedTenant, attempts, now, log, maxTokens = 10_000 } = options;
  /** By hash: memory that leaks gives nobody a token. */
  const good = new LRUCache<string, true>({ max: maxTokens });

  function presentedKey(by: KeyAuthenticator, text: string): Presented {
    const tenantText = parseApiKeyText(text)?.tenantText;
    return {
      mode: 'key',
      tenantText,
      known: by.knows(text),
      verify: () => callerFromKey(by, text, now),
      claimed: () => tenantText,
    };
  }

  function presentedToken(by: NonNullable<typeof tokens>, credential: string, text: string): Presented {
    const hash = createHash('sha256').update(text).digest('base64url');
    return {
      mode: 'jwt',
      known: good.has(hash),
      async verify() {
        // What is found bad is a guess from then on; what nobody could judge stays what it was.
        const caller = await callerFromToken(by.verifier, by.revocations, credential).catch((error) => {
          if (isRefusal(error)) good.delete(hash);
          throw error;
        });
        good.set(hash, true);
        return caller;
      },
      claimed: () => claimedTenant(text),
    };
  }

  function present(credential: string): Presented {
    const text = bearer.exec(credential.trim())?.[1];
    if (text !== undefined && keys && keyForm.test(text)) return presentedKey(keys, text);
    if (text !== undefined && tokens) return presentedToken(tokens, credential, text);
    return {
      mode: 'none',
      known: false,
      verify: () => Promise.reject(unproven()),
      claimed: () => undefined,
    };
  }

  return async (credential, address) => {
    const presented = present(credential);
    if (!presented.known) {
      const refused = attempts.refused(address, presented.tenantText);
      if (refused) throw tooManyAttempts(refused.retryAfterMs);
    }
    try {
      return await presented.verify();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const claimed = presented.claimed();
      const refused = attempts.failed(address, claimed);
      if (refused) throw tooManyAttempts(refused.retryAfterMs);
      log({
        reason: reasonOf(error.cause),
        mode: presented.mode,
        address: addressKey(address),
        claimedTenant: claimed,
      });
      throw error;
    }
  };
}

const isRefusal = (error: unknown): error is Problem =>
  error instanceof Problem && error.code === 'unauthenticated';
