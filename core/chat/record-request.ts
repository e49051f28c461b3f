import { eachRuleOnce, ruleCode } from '../guardrails/rule-code.ts';
import type { Guarded, RuleRef } from '../guardrails/schema.ts';
import type { EngineUsage, OrchestratorEvent } from '../orchestrator/schema.ts';
import type { RequestFacts } from '../telemetry/request-line.ts';
import { costUsd } from '../usage/price.ts';
import type { ChatDeps, Question } from './chat-deps.ts';

/** Watches one answer go by and tells of it once, at its end. */
export interface Recorder {
  /** Epoch milliseconds. */
  readonly begunMs: number;
  /** `NONE` before one was chosen. */
  readonly route: string;
  /** `admitted`, or what refused. */
  readonly decidedBy: string;
  /** What was produced so far. */
  readonly usage: EngineUsage;
  saw(event: OrchestratorEvent): void;
  /** Hears of what was produced, and of what the rules for answers did, before anybody reads of it. */
  heard(event: OrchestratorEvent): void;
  /** Rules that matched the question and are only tried out. */
  shadowed(rules: readonly RuleRef[]): void;
  /** Price of what was produced so far. */
  bill(): { cost_usd_estimate: number };
  denied(status: number, decidedBy: string): void;
  /** The answer ends early: whoever asked does not want it any more. */
  cut(): void;
  end(): void;
}

export function recordRequest(deps: Pick<ChatDeps, 'price' | 'tell' | 'now'>, question: Question): Recorder {
  const begunMs = deps.now();
  const citations: string[] = [];
  let chunkIds: string[] = [];
  let usage: EngineUsage = { prompt_tokens: 0, completion_tokens: 0 };
  let decidedBy = 'admitted';
  let route = 'NONE';
  let status = 200;
  let degraded = false;
  let refusalReason: string | undefined;
  let firstTokenMs: number | undefined;
  let told = false;
  let shadow: readonly RuleRef[] = [];
  let guarded: Guarded = { masked: 0, audited: [], shadow: [], sources_left_out: 0 };

  const tell = () => {
    if (told) return;
    told = true;
    const facts: RequestFacts = {
      tenant: question.tenant,
      messageId: question.message_id,
      route,
      status,
      latencyMs: deps.now() - begunMs,
      firstTokenMs,
      chunkIds,
      citations,
      refusalReason,
      decidedBy,
      promptTokens: usage.prompt_tokens,
      completionTokens: usage.completion_tokens,
      costUsd: costUsd(deps.price, usage),
      degraded,
      // A rule that looks at questions and answers may have met both.
      guarded: { ...guarded, shadow: eachRuleOnce([...shadow, ...guarded.shadow]) },
    };
    deps.tell(facts);
  };

  return {
    begunMs,
    get route() {
      return route;
    },
    get decidedBy() {
      return decidedBy;
    },
    get usage() {
      return usage;
    },
    heard({ event, data }) {
      if (event === 'spent' || event === 'usage') usage = data;
      if (event === 'guarded') guarded = data;
    },
    shadowed(rules) {
      shadow = rules;
    },
    saw({ event, data }) {
      if (event === 'route') route = data.route;
      if (event === 'retrieval') chunkIds = data.chunks.map(({ id }) => id);
      if (event === 'token') firstTokenMs ??= deps.now() - begunMs;
      if (event === 'citation') citations.push(data.chunk_id);
      if (event === 'usage') usage = data;
      if (event === 'done') degraded = data.degraded;
      if (event === 'error') status = data.status;
      if (event === 'refusal') {
        refusalReason = data.reason;
        decidedBy = ruleCode(data.rule);
      }
    },
    bill: () => ({ cost_usd_estimate: costUsd(deps.price, usage) }),
    denied(code, by) {
      status = code;
      decidedBy = by;
      tell();
    },
    cut() {
      decidedBy = 'cancelled';
    },
    end: tell,
  };
}
