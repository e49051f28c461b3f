import type { TenantConfig } from '../tenants/schema.ts';
import type { Pattern } from './automaton/pattern.ts';
import { PatternRefused } from './automaton/pattern-refused.ts';
import { isEmptyLiteral } from './literals/literals.ts';
import { readExpression } from './read-expression.ts';
import { readOutputLiteral } from './redaction/output-literal.ts';
import { rulesOf, type TextRule } from './rules-of.ts';
import { maxOutputMatchLength } from './schema.ts';

/** All that is looked for in questions together, and in answers: places with repetitions written out. */
export const maxSizeTogether = 3_000;

/** Beyond so many places, or so many faults, expressions are no longer read: the document is refused for the others. */
const maxSizeRead = 2 * maxSizeTogether;
const maxFaultsRead = 20;

/** Characters of all texts that are looked for in questions: making them ready is one piece of work, of 5 to 20 ms. */
export const maxTextTogether = 30_000;

/** What is wrong with a rule, in words for whoever wrote it, and where in the configuration it stands. */
export interface RuleFault {
  readonly path: Path;
  readonly message: string;
}
type Path = (string | number)[];

type Rules = Pick<
  TenantConfig,
  'refusal_rules' | 'sensitive_prompt_patterns' | 'blocked_tools' | 'redaction'
>;

/** Finds every rule that cannot be applied. Numbers and lengths have been checked by the schema. */
export function checkRules(config: Rules): RuleFault[] {
  const faults: RuleFault[] = [];
  const sizes = { questions: 0, answers: 0 };
  let textSize = 0;

  const checkSize = (path: Path, where: keyof typeof sizes, { size }: Pattern): boolean => {
    const before = sizes[where];
    sizes[where] += size;
    // Told once: those behind it are one too many as well.
    const over = before <= maxSizeTogether && sizes[where] > maxSizeTogether;
    if (over) faults.push({ path, message: tooMuch(where, sizes[where]) });
    return !over;
  };
  const checkInAnswers = (path: Path, pattern: Pattern) => {
    if (checkSize(path, 'answers', pattern) && pattern.maxLength > maxOutputMatchLength)
      faults.push({ path, message: tooLong(pattern.maxLength) });
  };
  const checkText = (path: Path, where: TextRule['where'], { length }: string) => {
    if (where === 'output') return;
    const before = textSize;
    textSize += length;
    if (before <= maxTextTogether && textSize > maxTextTogether)
      faults.push({ path, message: tooMuchText(textSize) });
  };
  const read = (path: Path, reading: () => Pattern, refused = notTaken): Pattern | undefined => {
    try {
      return reading();
    } catch (error) {
      if (!(error instanceof PatternRefused)) throw error;
      faults.push({ path, message: refused(error) });
      return undefined;
    }
  };

  for (const list of listNames)
    for (const [index, entry] of config[list].entries()) {
      const message = uselessAction(entry);
      if (message) faults.push({ path: [list, index, 'action'], message });
    }
  for (const rule of rulesOf(config)) {
    const { type, pattern: source, where, leet } = rule;
    const path = pathOf(rule, config);
    if (type === 'regex') {
      // Reading what is refused anyway is work for nothing.
      if (Math.max(sizes.questions, sizes.answers) > maxSizeRead || faults.length >= maxFaultsRead) continue;
      const pattern = read(path, () => readExpression(source));
      const fits = !pattern || where === 'output' || checkSize(path, 'questions', pattern);
      if (pattern && fits && where !== 'input') checkInAnswers(path, pattern);
      if (leet)
        faults.push({ path: [...path.slice(0, -1), 'leet'], message: 'is not for regular expressions' });
      continue;
    }
    if (isEmptyLiteral(source)) {
      faults.push({ path, message: 'has no letter, digit or sign that could be looked for' });
      continue;
    }
    checkText(path, where, source);
    if (where !== 'input') {
      const pattern = read(path, () => readOutputLiteral(rule).pattern, textTooLong);
      if (pattern) checkInAnswers(path, pattern);
    }
  }

  const names = new Set<string>();
  for (const [index, { name, pattern: source }] of (config.redaction?.patterns ?? []).entries()) {
    const path = ['redaction', 'patterns', index];
    if (names.has(name))
      faults.push({ path: [...path, 'name'], message: 'must be different from those before it' });
    names.add(name);
    const pattern = read([...path, 'pattern'], () => readExpression(source));
    if (pattern) checkInAnswers([...path, 'pattern'], pattern);
  }
  return faults;
}

const notTaken = ({ message }: PatternRefused) => `is not taken: ${message}`;
/** What becomes of a text that is looked for in answers is none of the tenant's doing, but for its length. */
const textTooLong = () =>
  `may match at most ${maxOutputMatchLength} characters where answers are looked at: write a shorter text`;

const tooMuch = (where: 'questions' | 'answers', size: number) =>
  where === 'questions'
    ? `is one too many: all expressions for questions together may have ${maxSizeTogether} places with repetitions written out, and with this one they have ${size}`
    : `is one too many: all that is looked for in answers together may have ${maxSizeTogether} places with repetitions written out (a letter of a text counts as up to 6), and with this one it has ${size}`;

const tooMuchText = (length: number) =>
  `is one too many: all texts that are looked for in questions together may have ${maxTextTogether} characters, and with this one they have ${length}`;

const tooLong = (length: number) =>
  `may match at most ${maxOutputMatchLength} characters where answers are looked at, and matches ${
    Number.isFinite(length) ? length : 'any number: write {1,20} in place of + or *'
  }`;

/**
 * What is said of answers by a rule that is for questions alone would be taken for done, and is not. `block` may stand
 * there: a question that matches is refused.
 */
function uselessAction(entry: Entry): string | undefined {
  if (typeof entry !== 'object' || entry.action === undefined || entry.action === 'block') return undefined;
  if (entry.where === undefined) return 'is for answers: add where';
  return entry.where === 'input' ? 'is for answers: where must be output or both' : undefined;
}

const listNames = ['refusal_rules', 'sensitive_prompt_patterns', 'blocked_tools'] as const;
type Entry = Rules[(typeof listNames)[number]][number];

/** Where the text stands that is looked for: some entries are that text alone. */
function pathOf({ ref }: TextRule, config: Rules): Path {
  const { kind, index } = ref;
  if (kind === 'refusal_rule') return ['refusal_rules', index, 'pattern'];
  const [list, field] =
    kind === 'blocked_tool'
      ? (['blocked_tools', 'name'] as const)
      : (['sensitive_prompt_patterns', 'pattern'] as const);
  return typeof config[list][index] === 'string' ? [list, index] : [list, index, field];
}
