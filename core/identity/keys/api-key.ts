import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { TenantId } from '../../tenants/tenant-id.ts';
import { documentGroupsSchema, visibleName } from '../groups.ts';
import { apiKeyIdPattern, newApiKeyId, newApiKeyText, type RandomBytes } from './api-key-text.ts';
import { type ApiKeyScope, apiKeyScopes } from './scopes.ts';

/** How long after its end a key is still listed, so that its last use can be looked up. */
export const KEPT_AFTER_END_MS = 30 * 86_400_000;
/** Keys of a tenant that are neither expired nor revoked. */
export const MAX_LIVE_KEYS = 20;

const time = z.iso.datetime();

/** What is stored of a key: everything but the key. Times are UTC, as `Date.toISOString` writes them. */
export const apiKeyRecordSchema = z.strictObject({
  key_id: z.string().regex(apiKeyIdPattern),
  name: visibleName.max(100),
  scopes: z
    .array(z.enum(apiKeyScopes))
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'must be different'),
  /** Of the tenant: with the key only documents for one of them are found, and those for everybody. */
  groups: documentGroupsSchema.default([]),
  created_at: time,
  /** The subject of whoever made it: `key:<key_id>`, or a token's `sub`; absent where nobody in particular did. */
  created_by: z.string().min(1).max(200).optional(),
  /** The first moment at which the key is no longer taken; absent: it has no end. */
  expires_at: time.optional(),
  /** At most a minute behind. */
  last_used_at: time.optional(),
  revoked_at: time.optional(),
  /** Of `hashApiKey`. */
  hash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type ApiKeyRecord = z.output<typeof apiKeyRecordSchema>;

/** What is shown of a key. */
export type ApiKeySummary = Omit<ApiKeyRecord, 'hash'>;

/** What lists and answers are made of: the members that may be shown, by name, so that no other one slips out. */
export function summaryOf(record: ApiKeyRecord): ApiKeySummary {
  const { key_id, name, scopes, groups, created_at, created_by, expires_at, last_used_at, revoked_at } =
    record;
  return {
    key_id,
    name,
    scopes: [...scopes],
    groups: [...groups],
    created_at,
    ...(created_by !== undefined && { created_by }),
    ...(expires_at !== undefined && { expires_at }),
    ...(last_used_at !== undefined && { last_used_at }),
    ...(revoked_at !== undefined && { revoked_at }),
  };
}

/** Whether a key may be used at `nowMs`. */
export function apiKeyState(
  record: Pick<ApiKeyRecord, 'expires_at' | 'revoked_at'>,
  nowMs: number,
): 'live' | 'expired' | 'revoked' {
  if (record.revoked_at !== undefined) return 'revoked';
  return record.expires_at !== undefined && nowMs >= Date.parse(record.expires_at) ? 'expired' : 'live';
}

/**
 * What is stored and compared in place of a key: HMAC-SHA-256 (RFC 2104) of its whole text, so of its tenant and id too,
 * as base64url. One round is enough: a secret of 160 random bits cannot be guessed, however fast. The pepper is what
 * somebody who can write to the table lacks to plant a key, so it must not come from the table; and as every key
 * depends on it, it is no secret that is rotated with others.
 *
 * @param pepper at least 32 bytes that only the stage knows.
 * @throws {TypeError} when the pepper is too short; never with the key in it.
 */
export function hashApiKey(pepper: Uint8Array, text: string): string {
  if (pepper.length < 32) throw new TypeError('the pepper of API keys needs at least 32 bytes');
  return createHmac('sha256', pepper).update(text).digest('base64url');
}

/** Whether two hashes are the same, in a time that tells nothing of how near they are. */
export function sameHash(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one, 'base64url'), Buffer.from(other, 'base64url')];
  return a.length === 32 && b.length === 32 && timingSafeEqual(a, b);
}

export interface NewApiKey {
  /** To be shown once and kept nowhere. */
  readonly key: string;
  readonly record: ApiKeyRecord;
}

/**
 * A new key and what to store of it.
 *
 * @param ask.expiresInMs absent: the key has no end.
 * @throws {z.ZodError} when the name, the scopes, the groups or the time are not those of a key.
 */
export function newApiKey(
  tenant: TenantId,
  ask: {
    readonly name: string;
    readonly scopes: readonly ApiKeyScope[];
    readonly groups?: readonly string[];
    readonly expiresInMs?: number;
    readonly createdBy?: string | undefined;
  },
  by: { readonly pepper: Uint8Array; readonly nowMs: number; readonly randomBytes: RandomBytes },
): NewApiKey {
  const id = newApiKeyId(by.randomBytes);
  const key = newApiKeyText(tenant, id, by.randomBytes);
  const record = apiKeyRecordSchema.parse({
    key_id: id,
    name: ask.name,
    scopes: [...ask.scopes],
    groups: [...(ask.groups ?? [])],
    created_at: new Date(by.nowMs).toISOString(),
    ...(ask.createdBy !== undefined && { created_by: ask.createdBy }),
    ...(ask.expiresInMs !== undefined && { expires_at: new Date(by.nowMs + ask.expiresInMs).toISOString() }),
    hash: hashApiKey(by.pepper, key),
  });
  return { key, record };
}
