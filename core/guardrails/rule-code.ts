import type { RuleRef } from './schema.ts';

/** How a rule is named in logs, metrics and `decided_by`: `refusal_rule:0`. */
export const ruleCode = ({ kind, index }: RuleRef): string => `${kind}:${index}`;

/** The same rules in the same order, none twice. */
export const eachRuleOnce = (rules: readonly RuleRef[]): RuleRef[] => [
  ...new Map(rules.map((rule) => [ruleCode(rule), rule])).values(),
];
