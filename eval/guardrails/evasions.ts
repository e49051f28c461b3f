import { attacked } from './attacked.ts';
import type { EvasionTable } from './evasion-table.ts';
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

/** What a person would not read as the rule's pattern is in `limits.ts`. */
export const listed = (table: EvasionTable): Evasion[] =>
  Object.entries(table).flatMap(([trick, asked]) => asked.map(([rule, ask]) => ({ trick, rule, ask })));

/** All that are not held out. */
export const evasions: readonly Evasion[] = listed({
  ...evasionsByLetters,
  ...evasionsByGaps,
  ...evasionsOfScripts,
  ...attacked.evasions,
});

/** The rules of such questions, each once: all of them are in one tenant's configuration. */
export const rulesEvaded = (asked: readonly Evasion[]): ContainsRule[] =>
  [...new Set(asked.map(({ rule }) => rule))].map((name) => ({
    name,
    pattern: name.replace(/ \(leet\)$/, ''),
    leet: name.endsWith(' (leet)'),
  }));

export const evadedRules: readonly ContainsRule[] = rulesEvaded(evasions);
