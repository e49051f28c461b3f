import type { TenantConfig } from '../tenants/schema.ts';
import { createAutomaton } from './automaton/automaton.ts';
import type { Pattern } from './automaton/pattern.ts';
import { createLiterals } from './literals/literals.ts';
import { effortOf, inSlices, type Slicing } from './pace/in-slices.ts';
import { readExpression } from './read-expression.ts';
import { ruleCode } from './rule-code.ts';
import { rulesOf, type TextRule } from './rules-of.ts';
import type { RuleRef } from './schema.ts';
import { kinds } from './text/fold.ts';
import { type NormalText, normalTextInSteps } from './text/normal-text.ts';

type Rules = Pick<TenantConfig, 'refusal_rules' | 'sensitive_prompt_patterns' | 'blocked_tools'>;

/** Which rule refused, and the reason that the person reads. */
export interface Refusal {
  readonly reason: string;
  readonly rule: RuleRef;
}

/** What the rules say of a question. */
export interface Screened {
  /** Of the first rule in force that matches, in the order of `rulesOf`. */
  readonly refusal: Refusal | undefined;
  /** Rules that match and are only tried out, in the same order. */
  readonly shadow: readonly RuleRef[];
}

/** Where a rule matches first: UTF-16 offsets in the text as it was given. */
export interface RuleMatch {
  readonly rule: TextRule;
  readonly start: number;
  readonly end: number;
}

/** A tenant's rules for questions, made ready once a configuration. */
export interface Screen {
  /**
   * @param signal ends the work where nobody waits for it any more.
   * @throws {Problem} `unavailable`, here and below: rules and text together take too long.
   */
  screen(text: string, signal?: AbortSignal): Promise<Screened>;
  /** Every rule that matches, in the order of `rulesOf`, those that are only tried out as well. */
  matches(text: string, signal?: AbortSignal): Promise<RuleMatch[]>;
}

/** UTF-16 offsets, where there is a match. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What expressions do before the clock is looked at: characters read, and nodes of the automaton visited for them. */
const stepsBetweenLooks = 64;
const workBetweenLooks = 1_000;

/**
 * Compiles the rules for questions, in one piece: some milliseconds, or tens of them for as many as there may be, once a
 * configuration. A text is looked through once for all literals, and once for all expressions.
 *
 * @throws an error that names the rule, for an expression that cannot be read: none is left out in silence.
 */
export function compileScreen(config: Rules, slicing?: Slicing): Screen {
  const rules = rulesOf(config).filter(({ where }) => where !== 'output');
  const findLiterals = literalsOf(rules.filter(({ type }) => type !== 'regex'));
  const findExpressions = expressionsOf(rules.filter(({ type }) => type === 'regex'));

  function* find(text: string): Generator<void, RuleMatch[]> {
    const normal = yield* normalTextInSteps(text);
    yield;
    const found = new Map<TextRule, Span>();
    yield* findLiterals(normal, found);
    yield* findExpressions(normal, found);
    return rules.flatMap((rule) => {
      const span = found.get(rule);
      return span ? [{ rule, start: span.start, end: span.end }] : [];
    });
  }

  const screen: Screen = {
    matches: (text, signal) => inSlices(find(text), effortOf(screen), signal, slicing),
    async screen(text, signal) {
      const matched = (await screen.matches(text, signal)).map(({ rule }) => rule);
      const first = matched.find(({ shadow }) => !shadow);
      return {
        refusal: first && { reason: first.reason, rule: first.ref },
        shadow: matched.filter(({ shadow }) => shadow).map(({ ref }) => ref),
      };
    },
  };
  return screen;
}

/** Adds the first match of every literal. */
function literalsOf(rules: readonly TextRule[]) {
  const literals = createLiterals(
    rules.flatMap(({ type, pattern, leet }) => (type === 'regex' ? [] : [{ type, pattern, leet }])),
  );
  return function* (text: NormalText, found: Map<TextRule, Span>): Generator<void, void> {
    for (const { index, start, end } of yield* literals.search(text)) {
      const rule = rules[index];
      if (rule) found.set(rule, { start, end });
    }
  };
}

/**
 * A text as it is written, and as it reads where look-alikes are meant for Latin letters; once where both are the same,
 * as nearly always. By unit of `plain`.
 */
function readingsOf({ plain, plainKinds, letters, latin }: NormalText): readonly string[] {
  const written = withLetters(plain, plainKinds, letters.units);
  return letters.units === latin ? [written] : [written, withLetters(plain, plainKinds, latin)];
}

function withLetters(plain: string, kindsOf: Uint8Array, letters: string): string {
  if (letters.length === plain.length) return letters;
  const units = new Uint16Array(plain.length);
  let letter = 0;
  for (let n = 0; n < plain.length; n += 1)
    units[n] = kindsOf[n] === kinds.letter ? letters.charCodeAt(letter++) : plain.charCodeAt(n);
  return Buffer.from(units.buffer).toString('utf16le');
}

/** Adds the first match of every expression, the longest of those that begin there. */
function expressionsOf(rules: readonly TextRule[]) {
  const automaton = createAutomaton(rules.map(patternOf));
  return function* (text: NormalText, found: Map<TextRule, Span>): Generator<void, void> {
    if (rules.length === 0) return;
    const { plainAt } = text;
    const original = (at: number) => plainAt[at] ?? 0;
    const first: (Span | undefined)[] = [];
    const scanner = automaton.scanner((index, start, end) => {
      const known = first[index];
      if (!known || start < known.start || (start === known.start && end > known.end))
        first[index] = { start, end };
    });
    let steps = 0;
    let workBefore = automaton.work;
    for (const reading of readingsOf(text)) {
      scanner.reset();
      for (let at = 0; at < reading.length; ) {
        const codePoint = reading.codePointAt(at) ?? 0;
        scanner.step(codePoint, at);
        at += codePoint > 0xffff ? 2 : 1;
        if (++steps < stepsBetweenLooks && automaton.work - workBefore < workBetweenLooks) continue;
        yield;
        steps = 0;
        workBefore = automaton.work;
      }
      scanner.end(reading.length);
    }
    for (const [index, rule] of rules.entries()) {
      const span = first[index];
      if (span) found.set(rule, { start: original(span.start), end: original(span.end) });
    }
  };
}

function patternOf({ ref, pattern }: TextRule): Pattern {
  try {
    return readExpression(pattern);
  } catch (cause) {
    throw new Error(`the expression of ${ruleCode(ref)} cannot be read`, { cause });
  }
}
