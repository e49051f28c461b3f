import { type Comparison, compareEach } from '../guardrails/preview.ts';
import type { RuleRef } from '../guardrails/schema.ts';
import { shownComparison } from '../guardrails/shown-comparison.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { RecentQueries } from './recent-queries.ts';

/** Of recent questions, the newest. */
const maxExamined = 1_000;
const maxExamples = 20;
const hourMs = 3_600_000;

/** Which questions of whom, and how long. */
export interface TrafficAsked {
  readonly tenant: TenantId;
  /** Epoch milliseconds. */
  readonly sinceMs: number;
  readonly nowMs: number;
  /**
   * How long the tenant wants questions to be kept now: older ones, from when it wanted more, are not looked at. They are
   * not deleted: where it wants more again, those whose own time is not over are looked at again.
   */
  readonly keptHours: number;
  /** Ends the work; what was found by then is told. */
  readonly signal: AbortSignal;
}

interface RuleHits {
  readonly rule: RuleRef;
  readonly shadow: boolean;
  hits: number;
}

/** What a change of the configuration would have done to what was asked of late. */
export async function previewTraffic(
  queries: Pick<RecentQueries, 'since'>,
  comparison: Comparison,
  { tenant, sinceMs, nowMs, keptHours, signal }: TrafficAsked,
) {
  const fromMs = Math.max(sinceMs, nowMs - keptHours * hourMs, 0);
  const found =
    keptHours === 0 ? { queries: [], more: false } : await queries.since(tenant, fromMs, nowMs, maxExamined);
  const counts = { same: 0, newly_refused: 0, newly_allowed: 0, other_rule: 0, unknown: 0 };
  const rules = new Map<string, RuleHits>();
  const examples: object[] = [];
  let examined = 0;
  for await (const { question, compared } of compareEach(comparison, found.queries, signal)) {
    examined++;
    counts[compared.change]++;
    const { after, matches, change } = compared;
    for (const { rule } of matches) hit(rules, rule.ref, rule.shadow);
    if (after.rule?.kind === 'blocked_route') hit(rules, after.rule, false);
    const speaks = change === 'unknown' ? after.refused : change !== 'same';
    if (!speaks || examples.length === maxExamples) continue;
    const { atMs, query, route } = question;
    examples.push({ at: new Date(atMs).toISOString(), route, ...shownComparison(query, compared) });
  }
  const { newly_refused, newly_allowed, other_rule, unknown } = counts;
  return {
    since: new Date(fromMs).toISOString(),
    kept_hours: keptHours,
    examined,
    complete: !found.more && examined === found.queries.length,
    newly_refused,
    newly_allowed,
    other_rule,
    ...(unknown > 0 && { unknown }),
    rules: [...rules.values()].sort((a, b) => b.hits - a.hits),
    examples,
  };
}

function hit(rules: Map<string, RuleHits>, rule: RuleRef, shadow: boolean): void {
  const name = `${rule.kind}:${rule.index}`;
  const known = rules.get(name) ?? { rule, shadow, hits: 0 };
  known.hits++;
  rules.set(name, known);
}
