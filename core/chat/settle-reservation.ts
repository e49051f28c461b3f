import type { Decision } from '../admission/schema.ts';
import type { EngineUsage } from '../orchestrator/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { costMicroUsd } from '../usage/price.ts';
import type { ChatDeps } from './chat-deps.ts';
import { within } from './within.ts';

/** How long an answer waits for its settlement; what takes longer is left to the sweep. */
const maxWaitMs = 5_000;

/**
 * Puts what was used in the place of what was reserved, where something was. Never fails: whoever asked has nothing to do
 * with it, so what goes wrong is told to the log alone.
 */
export async function settleReservation(
  deps: Pick<ChatDeps, 'settlement' | 'price' | 'now' | 'log'>,
  tenant: TenantId,
  decision: Decision,
  usage: EngineUsage,
): Promise<void> {
  if (!decision.admitted || !decision.reservation) return;
  const used = {
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    costMicroUsd: costMicroUsd(deps.price, usage),
  };
  try {
    const settling = deps.settlement.settle(tenant, decision.reservation, used, deps.now());
    if ((await within(maxWaitMs, settling)) === 'late') throw new Error(`it takes more than ${maxWaitMs} ms`);
  } catch (error) {
    deps.log('a reservation is not settled', error);
  }
}
