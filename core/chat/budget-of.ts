import { budgetsOf } from '../admission/budgets-of.ts';
import type { Budgets, Wish } from '../admission/schema.ts';
import type { TenantConfig } from '../tenants/schema.ts';
import { highestMicroUsd } from '../usage/price.ts';
import type { ChatDeps } from './chat-deps.ts';

/**
 * What an answer reserves from the tenant's budgets: all that the engine can take in and give for it, or the whole budget
 * where that is less, since then at least one answer at a time can be had. `undefined` for a tenant without budgets.
 */
export function budgetOf(
  { engineContextTokens, price }: Pick<ChatDeps, 'engineContextTokens' | 'price'>,
  config: TenantConfig,
  messageId: string,
): { readonly budgets: Budgets; readonly wish: Wish } | undefined {
  const budgets = budgetsOf(config);
  if (!budgets) return undefined;
  const { tokensPerMinute = Number.POSITIVE_INFINITY, costMicroUsdPerDay = Number.POSITIVE_INFINITY } =
    budgets;
  const tokens = Math.min(engineContextTokens, tokensPerMinute);
  const costMicroUsd = Math.min(highestMicroUsd(price, engineContextTokens), costMicroUsdPerDay);
  return { budgets, wish: { id: messageId, tokens, costMicroUsd } };
}
