import { describe, expect, it } from 'vitest';
import { askOf } from './decide.ts';
import { type Assumption, admissionUpdate, assume } from './expressions.ts';
import type { Limit } from './schema.ts';

const now = 1_790_000_000_000;
const nowUs = now * 1_000;
const minute: Limit = { bucket: 'minute', capacity: 60, periodMs: 60_000 };
const hour: Limit = { bucket: 'hour', capacity: 1_000, periodMs: 3_600_000 };
const ask = askOf([minute, hour], now);

/** The functions that a ConditionExpression has. */
const functions = new Set([
  'attribute_exists',
  'attribute_not_exists',
  'attribute_type',
  'begins_with',
  'contains',
  'size',
]);

/** What AWS would reject in a condition, although an emulator may accept it. */
function notAllowed(condition: string): string[] {
  const calls = [...condition.matchAll(/([A-Za-z_]+)\s*\(/g)].map((match) => match[1] ?? '');
  const keywords = new Set(['AND', 'OR', 'NOT', 'IN']);
  return [
    ...(condition.match(/[+\-*/]/g) ?? []),
    ...calls.filter((name) => !functions.has(name) && !keywords.has(name)),
  ];
}

const budgets = { tokensPerMinute: 1_000, costMicroUsdPerDay: 500, maxConcurrent: 3 };
const reserving = askOf([minute], now, { budgets, wish: { id: 'm1', tokens: 400, costMicroUsd: 20 } });
const day = '2026-09-21';

const kinds: Assumption[] = ['idle', 'busy'];
const pairs = kinds.flatMap((a) => kinds.map((b) => ({ minute: a, hour: b })));
const begun = [true, false];
const holding = kinds.flatMap((tokens) =>
  begun.flatMap((today) =>
    begun.map((open) => ({ minute: 'busy' as const, tokens, cost: { day, begun: today }, open })),
  ),
);
const updates = [
  ...pairs.map((assumptions) => ({ update: admissionUpdate(ask, assumptions) })),
  ...holding.map((assumptions) => ({ update: admissionUpdate(reserving, assumptions) })),
];

describe('the admission write', () => {
  it('has conditions that only compare attributes with literals', () => {
    expect(notAllowed('#a <= :now + :t')).toEqual(['+']);
    expect(notAllowed('max(#a, :now) > :x')).toEqual(['max']);
    expect(notAllowed('if_not_exists(#a, :now) > :x')).toEqual(['if_not_exists']);
    for (const { update } of updates) expect(notAllowed(update.ConditionExpression)).toEqual([]);
  });

  it('names and values are all defined and all used', () => {
    for (const { update } of updates) {
      const text = `${update.UpdateExpression} ${update.ConditionExpression}`;
      const used = new Set(text.match(/[#:][a-z_]+/g));
      const defined = [
        ...Object.keys(update.ExpressionAttributeNames),
        ...Object.keys(update.ExpressionAttributeValues),
      ];
      expect([...used].sort()).toEqual(defined.sort());
    }
  });

  it('returns the item whether it succeeds or not', () => {
    for (const { update } of updates) {
      expect(update).toMatchObject({
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
    }
  });

  it('sets an idle bucket and moves a busy one, each on condition that it is so', () => {
    const update = admissionUpdate(ask, { minute: 'idle', hour: 'busy' });
    expect(update.UpdateExpression).toBe(
      'SET #tat_minute = :next_minute, #tat_hour = #tat_hour + :emission_hour',
    );
    expect(update.ConditionExpression).toBe(
      'attribute_exists(#pk) AND (attribute_not_exists(#tat_minute) OR #tat_minute <= :now)' +
        ' AND #tat_hour > :now AND #tat_hour <= :latest_hour',
    );
    expect(update.ExpressionAttributeValues).toEqual({
      ':now': nowUs,
      ':next_minute': nowUs + 1_000_000,
      ':emission_hour': 3_600_000,
      ':latest_hour': nowUs + 999 * 3_600_000,
    });
  });

  it('assumes what was seen last, and busy when nothing was', () => {
    expect(assume(ask, undefined)).toEqual({ minute: 'busy', hour: 'busy' });
    const standing = { tats: {}, tokens: { heldUs: 0 } };
    expect(assume(ask, standing)).toEqual({ minute: 'idle', hour: 'idle' });
    expect(assume(ask, { ...standing, tats: { minute: nowUs, hour: nowUs + 1 } })).toEqual({
      minute: 'idle',
      hour: 'busy',
    });
  });

  it('reserves tokens, money and a place on condition that each is there', () => {
    const update = admissionUpdate(reserving, {
      minute: 'idle',
      tokens: 'busy',
      cost: { day, begun: true },
      open: true,
    });
    expect(update.UpdateExpression).toBe(
      'SET #tat_minute = :next_minute, #held = if_not_exists(#held, :none) + :held,' +
        ' #tat_held = if_not_exists(#tat_held, :none) + :held, #cost = #cost + :cost, #open.#id = :entry',
    );
    expect(update.ConditionExpression).toContain(
      '#tat_tokens > :now AND #tat_held <= :latest_held AND #cost_day = :day AND #cost <= :most_cost' +
        ' AND size(#open) < :places AND attribute_not_exists(#open.#id)',
    );
    expect(update.ExpressionAttributeValues).toMatchObject({
      ':held': 400 * 60_000,
      ':latest_held': nowUs + 600 * 60_000,
      ':most_cost': 480,
      ':places': 3,
      ':entry': { t: 400, e: 60_000, c: 20, a: now, y: day },
    });
  });

  it('is the same write for a tenant without budgets as if there were none to have', () => {
    const wish = { id: 'm1', tokens: 400, costMicroUsd: 20 };
    const without = askOf([minute, hour], now, { budgets: {}, wish });
    expect(without).toEqual(ask);
    for (const assumptions of pairs) {
      const update = admissionUpdate(without, assumptions);
      expect(JSON.stringify(update)).not.toMatch(/open|held|cost|m1/);
    }
  });

  it('reserves no more tokens than the bucket can hold', () => {
    const wish = { id: 'm1', tokens: 4_000, costMicroUsd: 0 };
    expect(askOf([minute], now, { budgets, wish }).hold?.tokens?.permits).toBe(1_000);
  });

  it('refuses to be asked without a limit, or twice for one bucket', () => {
    expect(() => askOf([], now)).toThrow(RangeError);
    expect(() => askOf([minute, minute], now)).toThrow(RangeError);
    expect(() => askOf([{ ...minute, bucket: 'tokens' }], now)).toThrow(RangeError);
  });

  it('refuses wishes that cannot be counted', () => {
    for (const wish of [
      { id: '', tokens: 1, costMicroUsd: 1 },
      { id: 'm', tokens: -1, costMicroUsd: 1 },
      { id: 'm', tokens: 1.5, costMicroUsd: 1 },
      { id: 'm', tokens: 1, costMicroUsd: Number.NaN },
    ]) {
      expect(() => askOf([minute], now, { budgets, wish })).toThrow(RangeError);
    }
  });
});
