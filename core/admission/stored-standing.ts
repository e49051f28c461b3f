import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Epochs, Standing } from './decide.ts';
import type { Reservation } from './schema.ts';

/** An item of the document client. */
export type Item = Record<string, unknown>;

/**
 * A reservation as the map `open` holds it, by its name: tokens, microseconds of a token, millionths of a US dollar, epoch
 * milliseconds and UTC day. Its names are short since the item is written as a whole.
 */
export const entryOf = ({ tokens, tokenUs, costMicroUsd, atMs, day }: Reservation) => ({
  t: tokens,
  e: tokenUs,
  c: costMicroUsd,
  a: atMs,
  y: day,
});

/**
 * How the limits stand by the attributes `tat_minute`, `tat_hour`, `tat_tokens` (of what was used), `held_tokens`,
 * `cost_day`, `cost_micro` and `open`. `tat_held`, which is `tat_tokens` and `held_tokens` together, is for conditions only.
 */
export function standingOf(item: Item): Standing {
  const { tat_minute: minute, tat_hour: hour, tat_tokens: tatUs, cost_day: day } = item;
  return {
    tats: {
      ...(minute !== undefined && { minute: Number(minute) }),
      ...(hour !== undefined && { hour: Number(hour) }),
    },
    tokens: { ...(tatUs !== undefined && { tatUs: Number(tatUs) }), heldUs: Number(item.held_tokens ?? 0) },
    ...(day !== undefined && { cost: { day: String(day), microUsd: Number(item.cost_micro ?? 0) } }),
    ...(isItem(item.open) && { open: new Set(Object.keys(item.open)) }),
  };
}

export function epochsOf(item: Item): Epochs {
  return { configVersion: Number(item.config_version ?? 0), authEpoch: Number(item.auth_epoch ?? 0) };
}

/** What is reserved, as `open` holds it. */
export function reservationsOf(item: Item): Reservation[] {
  if (!isItem(item.open)) return [];
  return Object.entries(item.open).flatMap(([id, entry]) => {
    if (!isItem(entry)) return [];
    const { t, e, c, a, y } = entry;
    return [
      { id, tokens: Number(t), tokenUs: Number(e), costMicroUsd: Number(c), atMs: Number(a), day: String(y) },
    ];
  });
}

/** An item as an exception carries it: the document client leaves that one in the wire's types. */
export function fromWire(item: Record<string, AttributeValue>): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

function plain({ N, S, M }: AttributeValue): unknown {
  if (N !== undefined) return Number(N);
  return M ? fromWire(M) : S;
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null;
}
