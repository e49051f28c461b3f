import { expect, it } from 'vitest';
import { tenantConfigSchema } from './schema.ts';

const accepts = (limits: object) => tenantConfigSchema.safeParse({ tenant_id: 'acme', ...limits }).success;

it('gives the documented document back as it was given', () => {
  const document = {
    tenant_id: 'acme',
    blocked_tools: ['web_search'],
    sensitive_prompt_patterns: ['secret'],
    refusal_rules: [{ type: 'contains', pattern: 'diagnosis', reason: 'medical advice' }],
    rate_limit_per_minute: 60,
    rate_limit_per_hour: 1_000,
    allowed_routes: ['GENERAL'],
  };
  expect(JSON.stringify(tenantConfigSchema.parse(document))).toBe(JSON.stringify(document));
});

it('has no limit beside the two rates unless one is given', () => {
  const config = tenantConfigSchema.parse({ tenant_id: 'acme' });
  for (const name of ['burst_per_minute', 'tokens_per_minute', 'cost_usd_per_day', 'max_concurrent']) {
    expect(config).not.toHaveProperty(name);
  }
});

it.each([
  ['burst_per_minute', [1, 1_000_000], [0, -1, 1.5, 1_000_001, '5', null, Number.NaN]],
  ['tokens_per_minute', [1, 100_000_000], [0, 0.5, 100_000_001, Number.POSITIVE_INFINITY]],
  ['max_concurrent', [1, 200], [0, 201, 2.5, true]],
  [
    'cost_usd_per_day',
    [0.000_001, 0.1, 0.3, 4.35, 1.000_001, 999_999.999_999, 1_000_000],
    [0, -1, 0.000_000_9, 0.000_001_5, 0.1 + 0.2, 1_000_000.000_001, '1', Number.NaN],
  ],
])('takes %s within its bounds only', (name, good, bad) => {
  expect(good.filter((value) => !accepts({ [name]: value }))).toEqual([]);
  expect(bad.filter((value) => accepts({ [name]: value }))).toEqual([]);
});
