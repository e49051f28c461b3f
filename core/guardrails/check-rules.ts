import type { TenantConfig } from '../tenants/schema.ts';
import type { Pattern } from './automaton/pattern.ts';
import { PatternRefused } from './automaton/pattern-refused.ts';
import { normalise } from './normalise.ts';
import { readExpression } from './read-expression.ts';
import { rulesOf, type TextRule } from './rules-of.ts';
import { maxOutputMatchLength } from './schema.ts';

/** All expressions of a configuration together, in places with repetitions written out. */
export const maxExpressionsSize = 3_000;

/** What is wrong with a rule, in words for whoever wrote it, and where in the configuration it stands. */
export interface RuleFault {
  readonly path: (string | number)[];
  readonly message: string;
}

type Rules = Pick<
  TenantConfig,
  'refusal_rules' | 'sensitive_prompt_patterns' | 'blocked_tools' | 'redaction'
>;

/** Finds every rule that cannot be applied. Numbers and lengths have been checked by the schema. */
export function checkRules(config: Rules): RuleFault[] {
  const faults: RuleFault[] = [];
  let size = 0;
  const checkExpression = (path: RuleFault['path'], source: string, inAnswers: boolean) => {
    const read = readOrRefused(source);
    if (read instanceof PatternRefused) {
      faults.push({ path, message: `is not taken: ${read.message}` });
      return;
    }
    const before = size;
    size += read.size;
    if (before <= maxExpressionsSize && size > maxExpressionsSize) {
      const message = `is one too many: all expressions together may have ${maxExpressionsSize} places with repetitions written out, and with this one they have ${size}`;
      faults.push({ path, message });
    } else if (inAnswers && read.maxLength > maxOutputMatchLength) {
      faults.push({ path, message: longest(read.maxLength) });
    }
  };

  for (const rule of rulesOf(config)) {
    const path = pathOf(rule, config);
    if (rule.type === 'regex') checkExpression(path, rule.pattern, rule.where !== 'input');
    else if (normalise(rule.pattern) === '')
      faults.push({ path, message: 'has no letter, digit or sign that could be looked for' });
    if (rule.type === 'regex' && rule.leet)
      faults.push({ path: [...path.slice(0, -1), 'leet'], message: 'is not for regular expressions' });
  }

  const names = new Set<string>();
  for (const [index, { name, pattern }] of (config.redaction?.patterns ?? []).entries()) {
    const path = ['redaction', 'patterns', index];
    if (names.has(name))
      faults.push({ path: [...path, 'name'], message: 'must be different from those before it' });
    names.add(name);
    checkExpression([...path, 'pattern'], pattern, true);
  }
  return faults;
}

function readOrRefused(source: string): Pattern | PatternRefused {
  try {
    return readExpression(source);
  } catch (error) {
    if (error instanceof PatternRefused) return error;
    throw error;
  }
}

const longest = (length: number) =>
  `may match at most ${maxOutputMatchLength} characters where answers are looked at, and matches ${
    Number.isFinite(length) ? length : 'any number: write {1,20} in place of + or *'
  }`;

/** Where the text stands that is looked for: some entries are that text alone. */
function pathOf({ ref }: TextRule, config: Rules): RuleFault['path'] {
  const { kind, index } = ref;
  if (kind === 'refusal_rule') return ['refusal_rules', index, 'pattern'];
  const [list, field] =
    kind === 'blocked_tool'
      ? (['blocked_tools', 'name'] as const)
      : (['sensitive_prompt_patterns', 'pattern'] as const);
  return typeof config[list][index] === 'string' ? [list, index] : [list, index, field];
}
