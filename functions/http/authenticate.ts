import type { MiddlewareHandler } from 'hono';
import type { JwtVerifier } from '../../core/identity/jwt/verify-jwt.ts';
import { nothingToRevoke } from '../../core/identity/proof.ts';
import { actionsOfRoles } from '../../core/identity/roles.ts';
import { Problem } from '../../core/problems/problem.ts';
import { tenantIdText, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import type { AppEnv } from './app.ts';
import type { AuthMode, Caller } from './caller.ts';
import { callerFromToken } from './caller-from-token.ts';

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

/**
 * The authenticator of a stage that lets callers prove themselves in these ways. A credential that comes is judged: a
 * bad one is never made up for by the header.
 *
 * @param tokens needed for the mode `jwt`.
 */
export function createAuthenticator(modes: readonly AuthMode[], tokens?: JwtVerifier): Authenticator {
  if (modes.includes('jwt') && !tokens) throw new TypeError('jwt without a verifier');
  return async ({ headers }) => {
    const named = namedTenant(headers.get(tenantHeader) ?? '');
    const credential = headers.get('authorization');
    if (modes.includes('jwt') && tokens && credential !== null) {
      const caller = await callerFromToken(tokens, credential);
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

/** Establishes the caller before anything else happens, and makes the tenant of the path agree with it. */
export function authenticate(authenticator: Authenticator): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = await authenticator({ headers: c.req.raw.headers, address: undefined });
    const inPath = c.req.param('tenant_id');
    if (inPath !== undefined) mustAgree(caller, 'path:tenant_id', inPath);
    c.set('caller', caller);
    await next();
  };
}

/** Names what was missing: a credential, or where none is taken the header. */
function noProof(modes: readonly AuthMode[]): Problem {
  const byHeader = modes.includes('header') && !modes.includes('jwt');
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
