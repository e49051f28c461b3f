import { expect, test } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { compileScreen } from './screen.ts';

const screen = compileScreen(
  tenantConfigSchema.parse({
    tenant_id: 't1',
    sensitive_prompt_patterns: ['password', 'credit card'],
    refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
  }),
);

test('a refusal rule answers with its own reason and its place in the list', () => {
  expect(screen('How do I hack a lock?')).toEqual({
    reason: 'Security violation',
    rule: { kind: 'refusal_rule', index: 0 },
  });
});

test.each(['HACK', 'ｈａｃｋ', 'h\u200back', 'ha\u0301ck', 'the hackathon'])(
  '%s reads the same to a contains rule',
  (text) => {
    expect(screen(text)?.reason).toBe('Security violation');
  },
);

test.each(['my Password please', 'a credit\n card'])('%s is a sensitive prompt', (text) => {
  expect(screen(text)?.reason).toBe('Sensitive prompt');
});

test('the tenant’s own rule speaks before a sensitive pattern', () => {
  expect(screen('hack the password')?.rule.kind).toBe('refusal_rule');
});

test('an ordinary question passes', () => {
  expect(screen('Which oats are cheaper?')).toBeUndefined();
});

test('a pattern of invisible characters refuses nothing', () => {
  const config = tenantConfigSchema.parse({ tenant_id: 't1', sensitive_prompt_patterns: ['\u200b'] });
  expect(compileScreen(config)('hello')).toBeUndefined();
});
