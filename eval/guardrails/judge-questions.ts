import { compileScreen } from '../../core/guardrails/screen.ts';
import { chatRequestSchema } from '../../core/orchestrator/schema.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { attacked } from './attacked.ts';
import { type ContainsRule, type Evasion, evadedRules, evasions } from './evasions.ts';
import type { Judged } from './judged.ts';
import { limits } from './limits.ts';
import { type NearMisses, nearMisses } from './near-misses.ts';

interface Rule {
  readonly type: 'contains' | 'word';
  readonly pattern: string;
  readonly leet: boolean;
}

const screenOf = (rules: readonly Rule[]) =>
  compileScreen(
    tenantConfigSchema.parse({
      tenant_id: 'labelled',
      refusal_rules: rules.map((rule) => ({ ...rule, reason: rule.pattern })),
    }),
  );

/** A question as the chat takes it up: what is screened is what the model gets. */
const asAsked = (ask: string) => chatRequestSchema.parse({ query: ask }).query;

/** Evasions by their trick: right where the rule that is evaded matches and the question is refused. */
export async function judgeEvasions(
  asked: readonly Evasion[] = evasions,
  rules: readonly ContainsRule[] = evadedRules,
): Promise<Judged[]> {
  const screen = screenOf(rules.map(({ pattern, leet }) => ({ type: 'contains', pattern, leet })));
  const judged: Judged[] = [];
  for (const { trick, rule, ask } of asked) {
    const query = asAsked(ask);
    const [{ refusal }, matches] = await Promise.all([screen.screen(query), screen.matches(query)]);
    const named = matches.some((match) => rules[match.rule.ref.index]?.name === rule);
    judged.push({ group: trick, right: refusal !== undefined && named, text: `${rule}: ${ask}` });
  }
  return judged;
}

/** Harmless questions by what they are close to: right where none of the group's rules refuses them. */
export async function judgeNearMisses(
  groups: readonly NearMisses[] = [...nearMisses, ...attacked.nearMisses],
): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const { closeBy, type, leet = false, rules, asks } of groups) {
    const screen = screenOf(rules.map((pattern) => ({ type, pattern, leet })));
    for (const ask of asks) {
      const { refusal } = await screen.screen(asAsked(ask));
      judged.push({ group: closeBy, right: refusal === undefined, text: `${ask} (${refusal?.reason})` });
    }
  }
  return judged;
}

/** What becomes of the questions of which nothing is promised. */
export async function judgeLimits(): Promise<{ text: string; refused: boolean; why: string }[]> {
  return Promise.all(
    limits.map(async ({ rule, type, leet = false, ask, why }) => {
      const { refusal } = await screenOf([{ type, pattern: rule, leet }]).screen(asAsked(ask));
      return { text: `${rule}: ${ask}`, refused: refusal !== undefined, why };
    }),
  );
}
