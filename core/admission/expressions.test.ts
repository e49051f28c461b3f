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

const kinds: Assumption[] = ['idle', 'busy'];
const pairs = kinds.flatMap((a) => kinds.map((b) => ({ minute: a, hour: b })));
const updates = pairs.map((assumptions) => ({ assumptions, update: admissionUpdate(ask, assumptions) }));

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

  it('refuses to be asked without a limit, or twice for one bucket', () => {
    expect(() => askOf([], now)).toThrow(RangeError);
    expect(() => askOf([minute, minute], now)).toThrow(RangeError);
  });
});
