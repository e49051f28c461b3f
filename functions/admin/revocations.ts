import { Hono } from 'hono';
import { z } from 'zod';
import type { RevocationStore } from '../../core/identity/revocations/revocation-store.ts';
import {
  MAX_REVOKED_TOKENS,
  type Revocations,
  tokenId,
} from '../../core/identity/revocations/revocations.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { permit } from '../http/permit.ts';
import { readJson } from '../http/read-body.ts';
import { knownTenant } from './known-tenant.ts';

export interface RevocationDeps {
  readonly revocations: RevocationStore;
  readonly configs: Pick<ConfigStore, 'get'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const maxBodyBytes = 16 * 1024;
/** Whoever suspects an issuer's clock of running ahead takes its newest tokens back as well; more would lock out the future. */
const maxAheadMs = 60_000;

const revocationSchema = z
  .strictObject({
    jti: tokenId.optional(),
    issued_before: z.iso
      .datetime({ error: 'must be a moment in ISO 8601, in UTC, such as 2026-01-31T12:00:00Z' })
      .optional(),
  })
  .refine(
    ({ jti, issued_before }) => (jti === undefined) !== (issued_before === undefined),
    'must hold either jti or issued_before',
  );

/** `GET|POST /tenant/{tenant_id}/revocations`. */
export function revocationRoutes(deps: RevocationDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  const known = knownTenant(deps.configs);

  routes.get('/', permit('keys:read'), known, async (c) =>
    c.json(viewOf(await deps.revocations.get(c.var.caller.tenant))),
  );

  routes.post('/', permit('keys:write'), known, async (c) => {
    const { jti, issued_before } = await readJson(c.req.raw, revocationSchema, maxBodyBytes);
    const { tenant, roles } = c.var.caller;
    if (issued_before !== undefined && !roles.includes('owner')) throw ownersOnly();
    const nowMs = deps.now();
    const outcome =
      jti === undefined
        ? await deps.revocations.revokeIssuedBefore(tenant, secondOf(issued_before ?? '', nowMs), nowMs)
        : await deps.revocations.revokeToken(tenant, jti, nowMs);
    if (outcome === 'unknown-tenant') throw unknownTenant();
    if (outcome === 'too-many') throw tooMany();
    return c.json(viewOf(outcome));
  });

  onlyMethods(routes, '/', ['GET', 'POST']);
  return routes;
}

/** Tokens say their time in whole seconds: one of the moment's own second may have been issued before it, so it goes too. */
function secondOf(iso: string, nowMs: number): number {
  const moment = Date.parse(iso);
  if (!(moment <= nowMs + maxAheadMs)) {
    const reason = 'must not lie more than a minute ahead';
    throw new Problem('invalid', `/issued_before: ${reason}`, {
      errors: [{ field: '/issued_before', reason }],
    });
  }
  return Math.ceil(moment / 1_000);
}

const isoOf = (s: number) => new Date(s * 1_000).toISOString();
const viewOf = ({ issuedBeforeS, tokens }: Revocations) => ({
  issued_before: issuedBeforeS === 0 ? null : isoOf(issuedBeforeS),
  tokens: tokens.map(({ id, untilS }) => ({ jti: id, until: isoOf(untilS) })),
});

/** A key that got into wrong hands could otherwise shut all people out, again and again, and nobody could revoke it. */
const ownersOnly = () =>
  new Problem('forbidden', 'Only an owner takes back all tokens at once.', {
    errors: [{ field: '/issued_before', reason: 'is for owners' }],
  });

const tooMany = () =>
  new Problem(
    'conflict',
    `A tenant can hold ${MAX_REVOKED_TOKENS} tokens revoked by name. Revoke by issued_before instead.`,
  );
