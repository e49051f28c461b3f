import type { MiddlewareHandler } from 'hono';
import { type Attempts, createAttempts } from '../../core/identity/attempts.ts';
import type { JwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import type { KeyAuthenticator } from '../../core/identity/keys/authenticate-key.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import type { KnownRevocations } from '../../core/identity/revocations/known-revocations.ts';
import { actionsOfRoles } from '../../core/identity/roles.ts';
import { Problem } from '../../core/problems/problem.ts';
import { tenantIdText, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import type { AppEnv } from './app.ts';
import type { AuthMode, Caller } from './caller.ts';
import type { ClaimedTenant } from './claimed-tenant.ts';
import { confirmNow } from './confirm-now.ts';
import { type CredentialJudge, createCredentialJudge } from './judge-credential.ts';
import { logRefusedCredential, type RefusedCredential } from './refused-credential.ts';

const tenantHeader = 'x-tenant-id';

/** What of a request says who asks. */
export interface Asked {
  readonly headers: Headers;
  /** Where it comes from, as the edge knows for certain; `undefined` where it does not. */
  readonly address: string | undefined;
}

/**
 * Establishes who asks.
 *
 * @throws {Problem} `bad-request`, `tenant-ambiguous`, `tenant-mismatch`, `unauthenticated`, `too-many-attempts` or
 *   `unavailable`.
 */
export type Authenticator = (asked: Asked) => Promise<Caller>;

export interface AuthenticatorParts {
  /** How callers may prove themselves; none: nobody is let in. */
  readonly modes: readonly AuthMode[];
  /** Both are needed for the mode `jwt`. */
  readonly tokens?: JwtVerifier | undefined;
  readonly revocations?: KnownRevocations | undefined;
  /** Needed for the mode `key`. */
  readonly keys?: KeyAuthenticator | undefined;
  /** Whom a bad token names; unless told, nobody. */
  readonly claimedTenant?: ClaimedTenant | undefined;
  /** How often proving may fail; unless told, as often as `createAttempts` says. */
  readonly attempts?: Attempts | undefined;
  /** Epoch milliseconds. */
  readonly now?: (() => number) | undefined;
  readonly log?: ((refused: RefusedCredential) => void) | undefined;
}

/**
 * The authenticator of a stage that lets callers prove themselves in these ways. Where credentials are taken, one that
 * comes is judged: a bad one is never made up for by the header. A request without any is no attempt to prove anything.
 *
 * @throws {TypeError} when a mode lacks what it needs.
 */
export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { modes } = parts;
  const judge = judgeOf(parts);
  return async ({ headers, address }) => {
    const named = namedTenant(headers.get(tenantHeader) ?? '');
    const credential = headers.get('authorization');
    if (judge && credential !== null) {
      const caller = await judge(credential, address);
      if (named !== undefined) mustAgree(caller, `header:${tenantHeader}`, named);
      return caller;
    }
    if (!modes.includes('header') || named === undefined) throw noProof(modes);
    return {
      tenant: vouchForTenant(named),
      mode: 'header',
      roles: ['owner'],
      actions: actionsOfRoles(['owner']),
      scopes: ['delegate'],
      groups: [],
      proof: nothingToRevoke,
    };
  };
}

function judgeOf(parts: AuthenticatorParts): CredentialJudge | undefined {
  const { modes, tokens, revocations, keys, now = Date.now } = parts;
  const [takesTokens, takesKeys] = [modes.includes('jwt'), modes.includes('key')];
  if (takesTokens && !(tokens && revocations)) throw new TypeError('jwt without a verifier and revocations');
  if (takesKeys && !keys) throw new TypeError('key without an authenticator of keys');
  if (!takesTokens && !takesKeys) return undefined;
  return createCredentialJudge({
    tokens: takesTokens && tokens && revocations ? { verifier: tokens, revocations } : undefined,
    keys: takesKeys ? keys : undefined,
    claimedTenant: parts.claimedTenant ?? (() => undefined),
    attempts: parts.attempts ?? createAttempts({ now }),
    now,
    log: parts.log ?? logRefusedCredential,
  });
}

export interface AuthenticateOptions {
  /**
   * When it is asked whether the credential still holds: `now` (unless told otherwise), with every request, before its
   * handler runs; or `at-admission`, by whoever takes a permit, which tells of revocations without another read.
   */
  readonly confirm?: 'now' | 'at-admission';
}

/**
 * Establishes the caller before anything else happens, and makes the tenant of the path agree with it. What needs no
 * network comes first.
 */
export function authenticate(
  authenticator: Authenticator,
  { confirm = 'now' }: AuthenticateOptions = {},
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = await authenticator({ headers: c.req.raw.headers, address: c.var.address });
    const inPath = c.req.param('tenant_id');
    if (inPath !== undefined) mustAgree(caller, 'path:tenant_id', inPath);
    if (confirm === 'now') await confirmNow(caller.proof);
    c.set('caller', caller);
    await next();
  };
}

/** Names what was missing: a credential, or where none is taken the header. */
function noProof(modes: readonly AuthMode[]): Problem {
  const byHeader = modes.includes('header') && modes.length === 1;
  return new Problem('unauthenticated', 'The request carries no proof of who asks.', {
    errors: [{ field: `header:${byHeader ? tenantHeader : 'authorization'}`, reason: 'is missing' }],
    ...(!byHeader && { headers: { 'www-authenticate': 'Bearer' } }),
  });
}

/** Repeated headers reach a function joined by a comma, which no tenant id contains. */
function namedTenant(header: string): string | undefined {
  const text = header.trim();
  if (text === '') return undefined;
  if (text.includes(',')) {
    throw new Problem('tenant-ambiguous', 'X-Tenant-Id must be sent once, with one tenant.', {
      errors: [{ field: `header:${tenantHeader}`, reason: 'names more than one tenant' }],
    });
  }
  return wellFormed(text, `header:${tenantHeader}`);
}

function wellFormed(text: string, field: string): string {
  const parsed = tenantIdText.safeParse(text);
  if (parsed.success) return parsed.data;
  const reason = 'must match ^[a-z0-9][a-z0-9-]{0,62}$';
  throw new Problem('bad-request', `${field}: ${reason}`, { errors: [{ field, reason }] });
}

/** @throws {Problem} when another part of the request names another tenant than the caller's. */
export function mustAgree(caller: Caller, field: string, tenantId: string): void {
  if (wellFormed(tenantId, field) === caller.tenant) return;
  throw new Problem('tenant-mismatch', 'The request names different tenants.', {
    errors: [{ field, reason: 'is not the tenant of the caller' }],
  });
}
