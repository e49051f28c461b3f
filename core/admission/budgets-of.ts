import type { TenantConfig } from '../tenants/schema.ts';
import type { Budgets } from './schema.ts';

/** What a tenant's requests reserve from; undefined where nothing is limited but how many they are. */
export function budgetsOf(config: TenantConfig): Budgets | undefined {
  const { tokens_per_minute: tokens, cost_usd_per_day: usd, max_concurrent: concurrent } = config;
  const budgets: Budgets = {
    ...(tokens !== undefined && { tokensPerMinute: tokens }),
    // A configuration has whole millionths only, so rounding mends what the multiplication spoils.
    ...(usd !== undefined && { costMicroUsdPerDay: Math.round(usd * 1e6) }),
    ...(concurrent !== undefined && { maxConcurrent: concurrent }),
  };
  return Object.keys(budgets).length > 0 ? budgets : undefined;
}
