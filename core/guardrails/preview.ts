import { setImmediate as turn } from 'node:timers/promises';
import { notAnsweredHere, routesOf } from '../orchestrator/choose-route.ts';
import type { Route, TenantConfig } from '../tenants/schema.ts';
import { sliceMs } from './pace/in-slices.ts';
import { rulesOf, type TextRule } from './rules-of.ts';
import type { RuleRef } from './schema.ts';
import type { RuleMatch, Screen } from './screen.ts';

/** What becomes of a question before it is answered. */
export interface Verdict {
  readonly refused: boolean;
  /** Both where it is refused. */
  readonly reason?: string;
  readonly rule?: RuleRef;
}

/** What became of a question under rules that cannot be applied any more: nobody knows. */
export interface Unknown {
  readonly refused: null;
  readonly unreadable: true;
}

/**
 * What a change of the configuration changes for a question. A rule that only moved in its list is the same one. It is
 * unknown where what was before is.
 */
export type Change = 'same' | 'newly_refused' | 'newly_allowed' | 'other_rule' | 'unknown';

/** A question under two configurations. */
export interface Compared {
  readonly before: Verdict | Unknown;
  readonly after: Verdict;
  readonly change: Change;
  /** Every rule of the second one that matches, in the order in which they speak, those only tried out as well. */
  readonly matches: readonly RuleMatch[];
}

/** A configuration, and its rules made ready. */
export interface Side {
  readonly config: TenantConfig;
  readonly screen: Screen;
}

/** What two configurations say of questions. */
export interface Comparison {
  /**
   * @param route that was chosen for the question, where one was: then it is also looked at whether it is allowed. For
   *   whom routes are is not: who asked is not known.
   * @param signal ends the work; then this rejects with its reason.
   */
  compare(query: string, route: string | undefined, signal: AbortSignal): Promise<Compared>;
}

/**
 * @param before `unreadable` where its rules cannot be applied any more: the second one is still tried.
 * @param builtIn routes that every tenant has.
 */
export function createComparison(
  before: Side | 'unreadable',
  after: Side,
  builtIn: readonly Route[],
): Comparison {
  const judgeBefore = before === 'unreadable' ? undefined : createJudge(before, builtIn);
  const judgeAfter = createJudge(after, builtIn);
  return {
    async compare(query, route, signal) {
      const was = await judgeBefore?.(query, route, signal);
      const becomes = await judgeAfter(query, route, signal);
      const matches = await after.screen.matches(query, signal);
      if (!was)
        return {
          before: { refused: null, unreadable: true },
          after: becomes.verdict,
          change: 'unknown',
          matches,
        };
      return { before: was.verdict, after: becomes.verdict, change: changeOf(was, becomes), matches };
    },
  };
}

/**
 * Compares one question after the other, with turns of the event loop between them, until the signal ends it: what was
 * not compared by then does not come.
 */
export async function* compareEach<Q extends { readonly query: string; readonly route?: string }>(
  comparison: Comparison,
  questions: Iterable<Q>,
  signal: AbortSignal,
): AsyncGenerator<{ readonly question: Q; readonly compared: Compared }> {
  let untilMs = performance.now() + sliceMs;
  for (const question of questions) {
    if (performance.now() >= untilMs) {
      await turn();
      untilMs = performance.now() + sliceMs;
    }
    if (signal.aborted) return;
    try {
      yield { question, compared: await comparison.compare(question.query, question.route, signal) };
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
}

interface Judged {
  readonly verdict: Verdict;
  /** What the rule that refuses says, wherever it stands. */
  readonly by: string | undefined;
}

function createJudge({ config, screen }: Side, builtIn: readonly Route[]) {
  const rules = new Map(rulesOf(config).map((rule) => [nameOf(rule.ref), rule]));
  const routes = routesOf(config, builtIn).map(({ id }) => id);
  return async (query: string, route: string | undefined, signal: AbortSignal): Promise<Judged> => {
    const { refusal } = await screen.screen(query, signal);
    if (refusal) {
      const { reason, rule } = refusal;
      const by = said(rules.get(nameOf(rule))) ?? nameOf(rule);
      return { verdict: { refused: true, reason, rule }, by };
    }
    const index = route === undefined ? -1 : routes.indexOf(route);
    // Of a route that there is not, nobody knows where its questions would go.
    if (route === undefined || index < 0 || (config.allowed_routes?.includes(route) ?? true))
      return { verdict: { refused: false }, by: undefined };
    const rule: RuleRef = { kind: 'blocked_route', index };
    return { verdict: { refused: true, reason: notAnsweredHere(route), rule }, by: `route ${route}` };
  };
}

const nameOf = ({ kind, index }: RuleRef) => `${kind}:${index}`;
const said = (rule: TextRule | undefined) =>
  rule && JSON.stringify([rule.ref.kind, rule.type, rule.pattern, rule.leet, rule.reason]);

function changeOf(was: Judged, becomes: Judged): Change {
  if (was.verdict.refused !== becomes.verdict.refused)
    return becomes.verdict.refused ? 'newly_refused' : 'newly_allowed';
  return was.by === becomes.by ? 'same' : 'other_rule';
}
