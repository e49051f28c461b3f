import { z } from 'zod';
import { type ApiKeyRecord, MAX_LIVE_KEYS } from './api-key.ts';

/**
 * Which keys of a tenant are live, in one item, so that "at most 20" is one condition on one item however many processes
 * make keys at once. A count would be wrong as soon as a key expires, which nobody writes down; so for each key there
 * is its end. `revision` changes with every write.
 */
const apiKeyRosterSchema = z.object({
  /** By the key's id its end in epoch milliseconds; 0: it has none. */
  live: z.record(z.string(), z.number()),
  revision: z.number().int(),
});
export type ApiKeyRoster = z.output<typeof apiKeyRosterSchema>;

/** The roster that an item holds; an empty one when there is none yet. */
export const apiKeyRosterOf = (item: unknown): ApiKeyRoster =>
  item === undefined ? { live: {}, revision: 0 } : apiKeyRosterSchema.parse(item);

/** The roster with a new key and without those that have ended by then; `undefined` when there is no room. */
export function enrol(roster: ApiKeyRoster, record: ApiKeyRecord): ApiKeyRoster | undefined {
  const nowMs = Date.parse(record.created_at);
  const live = Object.entries(roster.live).filter(([, endMs]) => endMs === 0 || endMs > nowMs);
  if (live.length >= MAX_LIVE_KEYS) return undefined;
  const endMs = record.expires_at === undefined ? 0 : Date.parse(record.expires_at);
  return {
    live: Object.fromEntries([...live, [record.key_id, endMs]]),
    revision: roster.revision + 1,
  };
}
