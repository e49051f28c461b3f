import { parsePattern } from './automaton/parse-pattern.ts';
import type { Pattern } from './automaton/pattern.ts';
import { foldCodePoint } from './fold.ts';

/**
 * Reads a tenant's own regular expression, so that it is compared with texts as they are folded.
 *
 * @throws PatternRefused
 */
export const readExpression = (source: string): Pattern => parsePattern(source, { fold: foldCodePoint });
