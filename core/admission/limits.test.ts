import { expect, it } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { budgetsOf } from './budgets-of.ts';
import { intervalOf } from './gcra.ts';
import { limitsOf } from './limits.ts';
import type { Limit } from './schema.ts';

const configured = (limits: object) => tenantConfigSchema.parse({ tenant_id: 'acme', ...limits });

it('takes as many requests at once as come back in a minute, unless told', () => {
  const rates = { rate_limit_per_minute: 60, rate_limit_per_hour: 900 };
  const hour = { bucket: 'hour', capacity: 900, periodMs: 3_600_000 };
  const minute = { bucket: 'minute', capacity: 60, periodMs: 60_000, refill: 60 };
  expect(limitsOf(configured(rates))).toEqual([minute, hour]);
  for (const burst of [5, 600]) {
    expect(limitsOf(configured({ ...rates, burst_per_minute: burst }))).toEqual([
      { ...minute, capacity: burst },
      hour,
    ]);
  }
});

it('tells as the window of a burst the time in which it comes back', () => {
  const windowOf = (limits: object) =>
    intervalOf(limitsOf(configured({ rate_limit_per_minute: 60, ...limits }))[0] as Limit).periodMs;
  expect(windowOf({})).toBe(60_000);
  expect(windowOf({ rate_limit_per_minute: 7 })).toBe(60_000);
  expect(windowOf({ burst_per_minute: 10 })).toBe(10_000);
  expect(windowOf({ burst_per_minute: 120 })).toBe(120_000);
});

it('reserves nothing for a tenant without a budget', () => {
  expect(budgetsOf(configured({}))).toBeUndefined();
  expect(budgetsOf(configured({ burst_per_minute: 5 }))).toBeUndefined();
});

it('has the budgets that are configured, and no other', () => {
  expect(budgetsOf(configured({ tokens_per_minute: 100_000_000 }))).toEqual({ tokensPerMinute: 100_000_000 });
  expect(budgetsOf(configured({ cost_usd_per_day: 2.5 }))).toEqual({ costMicroUsdPerDay: 2_500_000 });
  expect(budgetsOf(configured({ max_concurrent: 1 }))).toEqual({ maxConcurrent: 1 });
  const all = { tokens_per_minute: 1, cost_usd_per_day: 1_000_000, max_concurrent: 200 };
  expect(budgetsOf(configured(all))).toEqual({
    tokensPerMinute: 1,
    costMicroUsdPerDay: 1_000_000_000_000,
    maxConcurrent: 200,
  });
});

it('counts money in whole millionths, whatever binary fractions make of the decimals', () => {
  const spoilt = [];
  for (let micro = 1; micro <= 1e12; micro = Math.ceil(micro * 1.000_37)) {
    const text = `${Math.floor(micro / 1e6)}.${String(micro % 1e6).padStart(6, '0')}`;
    const config = configured({ cost_usd_per_day: JSON.parse(text) });
    if (budgetsOf(config)?.costMicroUsdPerDay !== micro) spoilt.push(text);
  }
  expect(spoilt).toEqual([]);
  // 4.35 * 1e6 is 4349999.999…
  expect(budgetsOf(configured({ cost_usd_per_day: 4.35 }))?.costMicroUsdPerDay).toBe(4_350_000);
});
