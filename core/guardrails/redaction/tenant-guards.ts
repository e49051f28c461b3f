import { createAutomaton } from '../automaton/automaton.ts';
import type { Pattern } from '../automaton/pattern.ts';
import { readExpression } from '../read-expression.ts';
import type { TextRule } from '../rules-of.ts';
import { outputGuards, type Redaction } from '../schema.ts';
import { fold, foldCodePoint } from '../text/fold.ts';
import type { Guard, Guards } from './guard.ts';
import { readOutputLiteral } from './output-literal.ts';
import { readingOfRules } from './reading.ts';

/**
 * A tenant's own patterns and rules for answers, none where it has none. Expressions take a character as itself, or as what
 * nobody can tell it from. Literals take it as whatever it may look like, since the words around decide whether it does.
 *
 * @param rules of `rulesOf`
 * @throws PatternRefused for an expression that is not taken
 * @throws RangeError where all together are too large
 */
export function tenantGuards(redaction: Redaction = {}, rules: readonly TextRule[]): readonly Guards[] {
  const made: Made[] = [
    ...rules
      .filter(({ where }) => where !== 'input')
      .map((rule) => {
        const { ref, action, shadow, reason } = rule;
        const { pattern, inWords } =
          rule.type === 'regex'
            ? { pattern: readExpression(rule.pattern), inWords: undefined }
            : readOutputLiteral(rule);
        const guard = {
          ref,
          action,
          shadow,
          reason,
          mask: '[removed]',
          ofProduct: false,
          exempts: 'nothing' as const,
          finds: { inWords },
        };
        return { pattern, guard };
      }),
    ...(redaction.patterns ?? []).map(({ name, pattern, action = 'mask', shadow = false }, i) => ({
      pattern: readExpression(pattern),
      guard: {
        ref: { kind: 'output' as const, index: outputGuards.length + i },
        action,
        shadow,
        mask: `[${name}]`,
        reason: `The answer was ended because it contained ${name}.`,
        ofProduct: false,
        exempts: redaction.allow?.length ? ('values' as const) : ('nothing' as const),
        finds: {},
      },
    })),
  ];
  const literals = made.filter(({ guard }) => guard.finds.inWords);
  const expressions = made.filter(({ guard }) => !guard.finds.inWords);
  return [
    ...guardsOf(literals, (codePoint) => fold(codePoint).looks[0] ?? codePoint),
    ...guardsOf(expressions, (codePoint) => foldCodePoint(codePoint)[0] ?? codePoint),
  ];
}

interface Made {
  readonly pattern: Pattern;
  readonly guard: Guard;
}

function guardsOf(made: readonly Made[], alike: (codePoint: number) => number): Guards[] {
  if (made.length === 0) return [];
  const patterns = made.map(({ pattern }) => pattern);
  return [
    {
      reading: readingOfRules,
      automaton: createAutomaton(patterns, { alike }),
      guards: made.map(({ guard }) => guard),
    },
  ];
}
