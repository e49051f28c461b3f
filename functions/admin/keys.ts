import { randomBytes as systemRandomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { documentGroupsSchema } from '../../core/identity/groups.ts';
import {
  apiKeyRecordSchema,
  MAX_LIVE_KEYS,
  type NewApiKey,
  newApiKey,
  summaryOf,
} from '../../core/identity/keys/api-key.ts';
import type { ApiKeyStore } from '../../core/identity/keys/api-key-store.ts';
import { apiKeyIdPattern, type RandomBytes } from '../../core/identity/keys/api-key-text.ts';
import { Problem } from '../../core/problems/problem.ts';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import type { Caller } from '../http/caller.ts';
import { permit } from '../http/permit.ts';
import { readJson } from '../http/read-body.ts';
import { knownTenant } from './known-tenant.ts';

export interface KeyDeps {
  readonly keys: ApiKeyStore;
  /** What keys are hashed with; absent: the stage takes no keys, so none are made. */
  readonly pepper?: Uint8Array | undefined;
  readonly configs: Pick<ConfigStore, 'get'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomBytes?: RandomBytes | undefined;
}

const maxBodyBytes = 16 * 1024;
const dayMs = 86_400_000;
/** Ids have 40 bits, and a tenant has a few dozen: a second one that is taken is chance enough. */
const maxTries = 5;

const newKeySchema = z.strictObject({
  name: apiKeyRecordSchema.shape.name,
  scopes: apiKeyRecordSchema.shape.scopes,
  groups: documentGroupsSchema.default([]),
  expires_in_days: z
    .number()
    .refine((n) => Number.isInteger(n) && n >= 1 && n <= 365, 'must be a whole number from 1 to 365')
    .default(90),
});
type NewKeyAsk = z.output<typeof newKeySchema>;

/** `POST|GET /tenant/{tenant_id}/keys`, `DELETE /tenant/{tenant_id}/keys/{key_id}`. */
export function keyRoutes(deps: KeyDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  const known = knownTenant(deps.configs);

  routes.post('/', permit('keys:write'), known, async (c) => {
    if (!deps.pepper) throw new Problem('conflict', 'This stage takes no API keys.');
    const ask = await readJson(c.req.raw, newKeySchema, maxBodyBytes);
    mayGive(c.var.caller, ask);
    const { key, record } = await make(deps, deps.pepper, c.var.caller, ask);
    const { key_id, ...rest } = summaryOf(record);
    return c.json({ key_id, key, ...rest }, 201);
  });

  routes.get('/', permit('keys:read'), known, async (c) =>
    c.json({ keys: await deps.keys.list(c.var.caller.tenant) }),
  );

  routes.delete('/:key_id', permit('keys:write'), known, async (c) => {
    const id = c.req.param('key_id');
    const revoked = apiKeyIdPattern.test(id)
      ? await deps.keys.revoke(c.var.caller.tenant, id, deps.now())
      : undefined;
    if (!revoked) throw new Problem('not-found', 'There is no such key.');
    return c.json(revoked);
  });

  onlyMethods(routes, '/', ['GET', 'POST']);
  onlyMethods(routes, '/:key_id', ['DELETE']);
  return routes;
}

/**
 * An owner gives what it likes; everybody else, so a key that may make keys, gives nothing that it has not got itself.
 *
 * @throws {Problem} `forbidden`, naming what is more.
 */
function mayGive({ roles, scopes, groups }: Caller, ask: NewKeyAsk): void {
  if (roles.includes('owner')) return;
  const more = [
    ...beyond('/scopes', ask.scopes, scopes, 'is not a scope of the caller'),
    ...beyond('/groups', ask.groups, groups, 'is not a group of the caller'),
  ];
  if (more.length > 0) {
    throw new Problem('forbidden', 'A key can give only what it has itself.', { errors: more.slice(0, 20) });
  }
}

const beyond = (field: string, asked: readonly string[], held: readonly string[], reason: string) =>
  asked.flatMap((each, n) => (held.includes(each) ? [] : [{ field: `${field}/${n}`, reason }]));

/**
 * Makes and stores a key. What a key makes ends when it ends itself, at the latest: otherwise one that was lent for a day
 * would be good for ever, by a line of its own making.
 *
 * @throws {Problem} `not-found`, `conflict` (the tenant has as many as it may) or `unavailable`.
 */
async function make(
  { keys, now, randomBytes = systemRandomBytes }: KeyDeps,
  pepper: Uint8Array,
  { tenant, subject: createdBy, keyEndsAtMs = Number.POSITIVE_INFINITY }: Caller,
  { name, scopes, groups, expires_in_days }: NewKeyAsk,
): Promise<NewApiKey> {
  for (let tries = 0; tries < maxTries; tries++) {
    const nowMs = now();
    const expiresInMs = Math.min(expires_in_days * dayMs, keyEndsAtMs - nowMs);
    const made = newApiKey(
      tenant,
      { name, scopes, groups, expiresInMs, createdBy },
      { pepper, nowMs, randomBytes },
    );
    const outcome = await keys.create(tenant, made.record);
    if (outcome === 'created') return made;
    if (outcome === 'unknown-tenant') throw unknownTenant();
    if (outcome === 'too-many') throw tooManyKeys();
  }
  throw new Problem('unavailable', 'The key could not be made. Try again.', { retryAfterS: 1 });
}

const tooManyKeys = () =>
  new Problem(
    'conflict',
    `The tenant has ${MAX_LIVE_KEYS} keys that are in force, and may not have more. Revoke one first.`,
  );
