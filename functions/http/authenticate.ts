import type { MiddlewareHandler } from 'hono';
import { z } from 'zod';
import { Problem } from '../../core/problems/problem.ts';
import { tenantIdText, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import type { AppEnv, Caller } from './app.ts';

/** How a stage lets callers say who they are. */
export const authModes = ['header'] as const;
export type AuthMode = (typeof authModes)[number];

/** `AUTH_MODES` as a list; no mode is on unless the stage names it. */
export const authModesVariable = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((mode) => mode.trim())
      .filter(Boolean),
  )
  .pipe(z.array(z.enum(authModes)));

const tenantHeader = 'x-tenant-id';

/** Establishes who asks from a request's headers; `undefined` where they prove nothing. */
export type Authenticator = (headers: Headers) => Caller | undefined | Promise<Caller | undefined>;

/** The authenticator of a stage that lets callers prove themselves in these ways. */
export function createAuthenticator(modes: readonly AuthMode[]): Authenticator {
  return (headers) =>
    modes.includes('header') ? callerFromHeader(headers.get(tenantHeader) ?? undefined) : undefined;
}

/**
 * Establishes the caller before anything else happens, and makes the tenant of the path agree with it.
 *
 * @throws {Problem} `unauthenticated`, `tenant-ambiguous`, `bad-request` or `tenant-mismatch`.
 */
export function authenticate(authenticator: Authenticator): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = await authenticator(c.req.raw.headers);
    if (!caller) {
      throw new Problem('unauthenticated', 'The request carries no proof of who asks.', {
        errors: [{ field: `header:${tenantHeader}`, reason: 'is missing' }],
      });
    }
    const inPath = c.req.param('tenant_id');
    if (inPath !== undefined) mustAgree(caller, 'path:tenant_id', inPath);
    c.set('caller', caller);
    await next();
  };
}

/**
 * In header mode the header alone names the tenant and its caller is the tenant's owner. Repeated headers reach a
 * function joined by a comma, which no tenant id contains.
 */
function callerFromHeader(header: string | undefined): Caller | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const text = header.trim();
  if (text.includes(',')) {
    throw new Problem('tenant-ambiguous', 'X-Tenant-Id must be sent once, with one tenant.', {
      errors: [{ field: `header:${tenantHeader}`, reason: 'names more than one tenant' }],
    });
  }
  return {
    tenant: vouchForTenant(wellFormed(text, `header:${tenantHeader}`)),
    mode: 'header',
    roles: ['owner'],
  };
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
