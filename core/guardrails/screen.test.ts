import { expect, test } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { compileScreen } from './screen.ts';

const { screen } = compileScreen(
  tenantConfigSchema.parse({
    tenant_id: 't1',
    sensitive_prompt_patterns: ['password', 'credit card'],
    refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
  }),
);

test('a refusal rule answers with its own reason and its place in the list', async () => {
  expect((await screen('How do I hack a lock?')).refusal).toEqual({
    reason: 'Security violation',
    rule: { kind: 'refusal_rule', index: 0 },
  });
});

test.each(['HACK', 'ｈａｃｋ', 'h\u200back', 'ha\u0301ck', 'the hackathon'])(
  '%s reads the same to a contains rule',
  async (text) => {
    expect((await screen(text)).refusal?.reason).toBe('Security violation');
  },
);

test.each(['my Password please', 'a credit\n card'])('%s is a sensitive prompt', async (text) => {
  expect((await screen(text)).refusal?.reason).toBe('Sensitive prompt');
});

test('the tenant’s own rule speaks before a sensitive pattern', async () => {
  expect((await screen('hack the password')).refusal?.rule.kind).toBe('refusal_rule');
});

test('an ordinary question passes', async () => {
  expect((await screen('Which oats are cheaper?')).refusal).toBeUndefined();
});

test('a pattern of invisible characters refuses nothing', async () => {
  const config = tenantConfigSchema.parse({ tenant_id: 't1', sensitive_prompt_patterns: ['\u200b'] });
  expect((await compileScreen(config).screen('hello')).refusal).toBeUndefined();
});
