import { z } from 'zod';
import { type ApiKeyRecord, apiKeyRecordSchema, KEPT_AFTER_END_MS } from './api-key.ts';

/**
 * A key as the table holds it: the record, with `key_id` in the sort key as well. The table's own `expires_at` is when
 * an item may be cleaned away, in epoch seconds, so the key's end is `ends_at` here and 30 days earlier.
 */
const apiKeyItemSchema = z.object({
  key_id: apiKeyRecordSchema.shape.key_id,
  name: apiKeyRecordSchema.shape.name,
  scopes: apiKeyRecordSchema.shape.scopes,
  groups: apiKeyRecordSchema.shape.groups,
  created_at: apiKeyRecordSchema.shape.created_at,
  created_by: apiKeyRecordSchema.shape.created_by,
  ends_at: apiKeyRecordSchema.shape.expires_at,
  last_used_at: apiKeyRecordSchema.shape.last_used_at,
  revoked_at: apiKeyRecordSchema.shape.revoked_at,
  hash: apiKeyRecordSchema.shape.hash,
});

/** The attributes of a new key's item, its table key left out. */
export function apiKeyItem({ expires_at, ...record }: ApiKeyRecord): Record<string, unknown> {
  if (expires_at === undefined) return record;
  return { ...record, ends_at: expires_at, expires_at: cleanedAtS(Date.parse(expires_at)) };
}

/**
 * The record that an item holds.
 *
 * @throws {z.ZodError} when it holds none: a key that cannot be read is not taken.
 */
export function apiKeyRecordOf(item: unknown): ApiKeyRecord {
  const { ends_at, ...record } = apiKeyItemSchema.parse(item);
  return { ...record, ...(ends_at !== undefined && { expires_at: ends_at }) };
}

/** When a key that ended at `endMs` may be cleaned away, in epoch seconds. */
export const cleanedAtS = (endMs: number): number => Math.ceil((endMs + KEPT_AFTER_END_MS) / 1_000);
