import { createAutomaton } from '../automaton/automaton.ts';
import type { Pattern } from '../automaton/pattern.ts';
import { foldCodePoint } from '../fold.ts';
import { readExpression } from '../read-expression.ts';
import type { TextRule } from '../rules-of.ts';
import { outputGuards, type Redaction } from '../schema.ts';
import type { Guard, Guards } from './guard.ts';
import { readOutputLiteral } from './output-literal.ts';
import { readingOfRules } from './reading.ts';

/**
 * A tenant's own patterns and rules for answers; `undefined` where it has none.
 *
 * @param rules of `rulesOf`
 * @throws PatternRefused for an expression that is not taken
 * @throws RangeError where all together are too large
 */
export function tenantGuards(redaction: Redaction = {}, rules: readonly TextRule[]): Guards | undefined {
  const made: { readonly pattern: Pattern; readonly guard: Guard }[] = [
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
  if (made.length === 0) return undefined;
  return {
    reading: readingOfRules,
    automaton: createAutomaton(
      made.map(({ pattern }) => pattern),
      { alike: (codePoint) => foldCodePoint(codePoint)[0] ?? codePoint },
    ),
    guards: made.map(({ guard }) => guard),
  };
}
