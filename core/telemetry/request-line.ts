import { ruleCode } from '../guardrails/rule-code.ts';
import type { Guarded } from '../guardrails/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';

/** What is told of one request, whatever became of it. */
export interface RequestFacts {
  readonly tenant: TenantId;
  readonly messageId: string;
  /** `NONE` before a route was chosen. */
  readonly route: string;
  readonly status: number;
  readonly latencyMs: number;
  readonly firstTokenMs?: number | undefined;
  readonly chunkIds: readonly string[];
  readonly citations: readonly string[];
  /** The reason as the person read it; free text, so it stays in the log. */
  readonly refusalReason?: string | undefined;
  /** A bounded code for the metric: `refusal_rule:0`, `minute`, … */
  readonly decidedBy: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costUsd: number;
  readonly degraded: boolean;
  /** What the rules did beside refusing, those for questions included. Absent: nothing was looked at. */
  readonly guarded?: Guarded | undefined;
}

const namespace = 'Atrium';
const logGroup = 'multi-tenant-chatbot';

/**
 * One JSON line a request that is both the log and, through CloudWatch's embedded metric format, its metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param nowMs time of the metrics, epoch milliseconds.
 */
export function requestLine(facts: RequestFacts, nowMs: number): string {
  const refused = facts.refusalReason !== undefined;
  const metrics: object[] = [
    {
      Namespace: namespace,
      Dimensions: [['tenant_id', 'route']],
      Metrics: [
        { Name: 'RequestLatency', Unit: 'Milliseconds' },
        { Name: 'RequestCount', Unit: 'Count' },
        { Name: 'TokenUsage', Unit: 'Count' },
        { Name: 'CostEstimate', Unit: 'None' },
      ],
    },
  ];
  if (refused) {
    metrics.push({
      Namespace: namespace,
      Dimensions: [['tenant_id', 'route', 'reason']],
      Metrics: [{ Name: 'RefusalCount', Unit: 'Count' }],
    });
  }
  const guarded = guardedOf(facts.guarded);
  if (guarded && Object.keys(guarded.counts).length > 0) {
    metrics.push({
      Namespace: namespace,
      Dimensions: [['tenant_id', 'route']],
      Metrics: Object.keys(guarded.counts).map((name) => ({ Name: name, Unit: 'Count' })),
    });
  }
  return JSON.stringify({
    _aws: { Timestamp: nowMs, LogGroupName: logGroup, CloudWatchMetrics: metrics },
    tenant_id: facts.tenant,
    route: facts.route,
    ...(refused && { reason: facts.decidedBy }),
    message_id: facts.messageId,
    status: facts.status,
    latency_ms: facts.latencyMs,
    first_token_ms: facts.firstTokenMs,
    chunk_ids: facts.chunkIds,
    citations: facts.citations,
    refusal_reason: facts.refusalReason ?? null,
    decided_by: facts.decidedBy,
    token_usage: { prompt_tokens: facts.promptTokens, completion_tokens: facts.completionTokens },
    cost_usd_estimate: facts.costUsd,
    degraded: facts.degraded,
    ...(guarded && { guardrails: guarded.said }),
    RequestLatency: facts.latencyMs,
    RequestCount: 1,
    TokenUsage: facts.promptTokens + facts.completionTokens,
    CostEstimate: facts.costUsd,
    ...(refused && { RefusalCount: 1 }),
    ...guarded?.counts,
  });
}

/** What is logged of the rules, and the metrics of it that are not zero; nothing where no rule did anything. */
function guardedOf(
  guarded: Guarded | undefined,
): { said: object; counts: Record<string, number> } | undefined {
  if (!guarded) return undefined;
  const { masked, audited, shadow, sources_left_out } = guarded;
  if (masked + audited.length + shadow.length + sources_left_out === 0) return undefined;
  return {
    said: { masked, audited: audited.map(ruleCode), shadow: shadow.map(ruleCode), sources_left_out },
    counts: {
      ...(masked > 0 && { MaskCount: masked }),
      ...(audited.length > 0 && { AuditCount: audited.length }),
      ...(shadow.length > 0 && { ShadowCount: shadow.length }),
    },
  };
}
