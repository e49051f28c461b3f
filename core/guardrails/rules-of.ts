import type { TenantConfig } from '../tenants/schema.ts';
import type { OutputAction, RuleRef, Where } from './schema.ts';

/** A rule of a tenant about texts, whichever list it stands in, with what is missing filled in. */
export interface TextRule {
  readonly ref: RuleRef;
  readonly type: 'contains' | 'word' | 'regex';
  readonly pattern: string;
  readonly leet: boolean;
  readonly where: Where;
  readonly action: OutputAction;
  readonly shadow: boolean;
  /** What the person reads. */
  readonly reason: string;
}

/** What an entry of any of the lists may say, or leave out. */
interface Entry {
  readonly type?: TextRule['type'] | undefined;
  readonly leet?: boolean | undefined;
  readonly where?: Where | undefined;
  readonly action?: OutputAction | undefined;
  readonly shadow?: boolean | undefined;
}

/** Letters alone: no digit and none of the signs that names of tools have, `_`, `.`, `:`, `/`, `-`. */
const plainWords = /^\p{L}[\p{L}\p{M} ]*$/u;

/**
 * Every rule about texts, in the order in which they speak: the tenant's own refusal rules, then the sensitive patterns,
 * then the names of blocked tools. A tool is blocked where tools are called. Its name is looked for in questions as well
 * where it looks like one (`mcp_finance`), and wherever its entry says: a tool called `search` leaves questions alone in
 * which people search for something.
 */
export function rulesOf(
  config: Pick<TenantConfig, 'refusal_rules' | 'sensitive_prompt_patterns' | 'blocked_tools'>,
): TextRule[] {
  const { refusal_rules, sensitive_prompt_patterns, blocked_tools } = config;
  return [
    ...refusal_rules.map((rule, index) =>
      ruleOf(rule, rule.pattern, rule.reason, { kind: 'refusal_rule', index }),
    ),
    ...sensitive_prompt_patterns.map((entry, index) => {
      const own = typeof entry === 'string' ? { pattern: entry } : entry;
      return ruleOf(own, own.pattern, 'Sensitive prompt', { kind: 'sensitive_prompt', index });
    }),
    ...blocked_tools.flatMap((entry, index) => {
      const own = typeof entry === 'string' ? { name: entry } : entry;
      if (own.where === undefined && plainWords.test(own.name)) return [];
      const reason = `The tool ${own.name} may not be used here.`;
      return [ruleOf({ ...own, type: 'word' }, own.name, reason, { kind: 'blocked_tool', index })];
    }),
  ];
}

function ruleOf(entry: Entry, pattern: string, reason: string, ref: RuleRef): TextRule {
  const { type = 'contains', leet = false, where = 'input', action = 'block', shadow = false } = entry;
  return { ref, type, pattern, reason, leet, where, action, shadow };
}
