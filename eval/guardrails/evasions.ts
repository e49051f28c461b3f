import { evasionsByGaps } from './evasions.gaps.ts';
import { evasionsByLetters } from './evasions.letters.ts';
import { evasionsOfScripts } from './evasions.scripts.ts';

/** A rule of type `contains`; ` (leet)` behind its pattern says that digits count as letters. */
export interface ContainsRule {
  readonly name: string;
  readonly pattern: string;
  readonly leet: boolean;
}

/** A question that a person reads as one that the rule names. */
export interface Evasion {
  readonly trick: string;
  readonly rule: string;
  readonly ask: string;
}

/** All of them. What a person would not read as the rule's pattern is in `limits.ts`. */
export const evasions: readonly Evasion[] = Object.entries({
  ...evasionsByLetters,
  ...evasionsByGaps,
  ...evasionsOfScripts,
}).flatMap(([trick, asked]) => asked.map(([rule, ask]) => ({ trick, rule, ask })));

/** The rules of those questions, each once: all of them are in one tenant's configuration. */
export const evadedRules: readonly ContainsRule[] = [...new Set(evasions.map(({ rule }) => rule))].map(
  (name) => ({
    name,
    pattern: name.replace(/ \(leet\)$/, ''),
    leet: name.endsWith(' (leet)'),
  }),
);
