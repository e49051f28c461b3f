import type { EngineUsage } from '../orchestrator/schema.ts';

/** What a stage charges for tokens, in US dollars a million. */
export interface TokenPrice {
  readonly promptUsdPerMillion: number;
  readonly completionUsdPerMillion: number;
}

/** Cost of one answer in US dollars, rounded to a tenth of a micro-dollar. */
export function costUsd(price: TokenPrice, usage: EngineUsage): number {
  const cost =
    (usage.prompt_tokens * price.promptUsdPerMillion +
      usage.completion_tokens * price.completionUsdPerMillion) /
    1e6;
  return Math.round(cost * 1e7) / 1e7;
}
