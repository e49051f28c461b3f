import { parsePattern } from './automaton/parse-pattern.ts';
import type { Pattern } from './automaton/pattern.ts';
import type { Reading } from './automaton/reading.ts';
import { foldAsWritten, foldCodePoint } from './text/fold.ts';

/** How questions and answers are compared with expressions. */
export const foldedReading: Reading = { fold: foldAsWritten, looks: foldCodePoint, oneSpace: true };

/**
 * Reads a tenant's own regular expression, so that it is compared with texts as they are folded.
 *
 * @throws PatternRefused
 */
export const readExpression = (source: string): Pattern => parsePattern(source, { reading: foldedReading });
