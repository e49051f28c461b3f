import { expect, test } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { weightOfRules } from './weight-of-rules.ts';

const weigh = (config: object) => weightOfRules(tenantConfigSchema.parse({ tenant_id: 't1', ...config }));
const rules = (count: number, pattern: string, more: object = {}) => ({
  refusal_rules: Array.from({ length: count }, () => ({ type: 'contains', pattern, reason: 'r', ...more })),
});
const regex = { type: 'regex' };
const nothing = weigh({});

test('an ordinary tenant weighs little, so many of them are kept', () => {
  const ordinary = { ...rules(20, 'credit card'), blocked_tools: ['mcp_finance'] };
  expect(weigh({ ...ordinary, sensitive_prompt_patterns: ['password'] })).toBeLessThan(300_000);
});

test('a text weighs what it is long, more with letters for digits, and more where answers are looked at', () => {
  const text = 'x'.repeat(75);
  const plain = weigh(rules(200, text)) - nothing;
  expect(plain).toBe(200 * (weigh(rules(1, text)) - nothing));
  expect(weigh(rules(200, text, { leet: true })) - nothing).toBe(2 * plain);
  expect(weigh(rules(1, text, { where: 'both' }))).toBeGreaterThan(weigh(rules(1, text)));
});

test('an expression weighs what it has places, and at most what all may have together', () => {
  expect(weigh(rules(1, 'a.?b', regex))).toBeLessThan(weigh(rules(1, 'a.?b{40}', regex)));
  expect(weigh(rules(2, 'a.?b', regex)) - nothing).toBe(2 * (weigh(rules(1, 'a.?b', regex)) - nothing));
  const most = weigh(rules(10, '[^a]{300}', regex));
  // Measured: 15.6 MB with as many places, each of many characters.
  expect(most).toBeGreaterThan(15_000_000);
  expect(weigh(rules(200, '[^a]{300}', regex))).toBe(most);
  expect(weigh(rules(200, '[^a]{300}', { ...regex, where: 'output' }))).toBe(most);
});

test('patterns of the redaction weigh as expressions for answers do', () => {
  const patterns = [{ name: 'a', pattern: 'E[0-9]{5}' }];
  expect(weigh({ redaction: { patterns } })).toBe(
    weigh(rules(1, 'E[0-9]{5}', { ...regex, where: 'output' })),
  );
});
