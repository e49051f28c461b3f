import type { EngineUsage } from '../orchestrator/schema.ts';

/** What a stage charges for tokens, in US dollars a million. */
export interface TokenPrice {
  readonly promptUsdPerMillion: number;
  readonly completionUsdPerMillion: number;
}

/** Cost of one answer in US dollars, rounded to a tenth of a micro-dollar. */
export function costUsd(price: TokenPrice, usage: EngineUsage): number {
  return tenthsOfMicroUsd(price, usage) / 1e7;
}

/** Cost of one answer in whole micro-dollars, rounded up: what budgets are counted in. */
export function costMicroUsd(price: TokenPrice, usage: EngineUsage): number {
  return Math.ceil(tenthsOfMicroUsd(price, usage) / 10);
}

/** What so many tokens cost at the most, prompt and answer together, in whole micro-dollars. */
export function highestMicroUsd(price: TokenPrice, tokens: number): number {
  const dearer = price.promptUsdPerMillion > price.completionUsdPerMillion ? 'prompt' : 'completion';
  return costMicroUsd(price, { prompt_tokens: 0, completion_tokens: 0, [`${dearer}_tokens`]: tokens });
}

/** A dollar a million is a micro-dollar each. */
function tenthsOfMicroUsd(price: TokenPrice, usage: EngineUsage): number {
  const microUsd =
    usage.prompt_tokens * price.promptUsdPerMillion + usage.completion_tokens * price.completionUsdPerMillion;
  return Math.round(microUsd * 10);
}
