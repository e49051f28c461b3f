import { expect, it } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { budgetOf } from './budget-of.ts';

const deps = {
  engineContextTokens: 16_384,
  price: { promptUsdPerMillion: 0.1, completionUsdPerMillion: 0.4 },
};
const wishOf = (config: object) =>
  budgetOf(deps, tenantConfigSchema.parse({ tenant_id: 't1', ...config }), 'm1')?.wish;

it.each([
  ['all that the engine can take', { max_concurrent: 1 }, 16_384, 6_554],
  [
    'the whole budget of tokens where that is less, and the price of all that may be used',
    { tokens_per_minute: 100 },
    100,
    6_554,
  ],
  ['the whole budget of money where that is less', { cost_usd_per_day: 0.000_1 }, 16_384, 100],
])('an answer reserves %s', (_, config, tokens, costMicroUsd) => {
  expect(wishOf(config)).toEqual({ id: 'm1', tokens, costMicroUsd });
});

it('a tenant without budgets reserves nothing', () => {
  expect(wishOf({})).toBeUndefined();
});
