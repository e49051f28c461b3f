import { RegExpParser, RegExpSyntaxError } from '@eslint-community/regexpp';
import { liveMask } from './live-mask.ts';
import { measureTree } from './measure-tree.ts';
import { withOneSpace } from './one-space.ts';
import type { Pattern } from './pattern.ts';
import { PatternRefused } from './pattern-refused.ts';
import { programOf } from './program.ts';
import { plainReading, type Reading } from './reading.ts';
import { treeOf } from './tree-of.ts';

/** Places of one pattern, with repetitions written out. */
export const maxPatternSize = 300;

/** UTF-16 units of one pattern. The product's own are longer than a tenant's may be. */
const maxSourceLength = 4000;

/** Forks for each place: `((a?)?)?` has one place and three of them. */
const maxNodesForSize = 4;

export interface PatternOptions {
  /** Takes `(?<![…])` and `(?![…])` too: a single character that must not stand before or behind. */
  readonly lookaround?: true;
  /** Missing: `maxPatternSize`. */
  readonly maxSize?: number;
  /**
   * How texts are written that the pattern is compared with. A character of the pattern then takes what it is folded to as
   * well as itself in lower case. Missing: lower case alone.
   */
  readonly reading?: Reading;
}

/**
 * Takes a pattern in the syntax of ECMAScript with the flag `u`. `^` and `$` are the begin and the end of the text; case
 * does not matter, and `.` takes no line end. Texts are expected in lower case.
 *
 * @throws PatternRefused for what cannot be parsed, for back references, lookarounds and modifiers, for what is too
 *   large or too deep, and for what matches the empty text.
 */
export function parsePattern(source: string, options: PatternOptions = {}): Pattern {
  if (source.length > maxSourceLength) {
    throw new PatternRefused(`the pattern has more than ${maxSourceLength} characters`);
  }
  const reading = options.reading ?? plainReading;
  const written = treeOf(parsed(source), { lookaround: options.lookaround === true, reading });
  const tree = reading.oneSpace ? withOneSpace(written) : written;
  // Reckoned before anything is written out: `(a{256}){256}` costs nothing to refuse.
  const { size, nodes, minLength, maxLength } = measureTree(tree);
  const maxSize = options.maxSize ?? maxPatternSize;
  if (!(size <= maxSize && nodes <= maxSize * maxNodesForSize)) {
    throw new PatternRefused(
      `the pattern is too large: ${Number.isFinite(size) ? size : 'very many'} places with repetitions written out, ${maxSize} are allowed`,
    );
  }
  if (minLength === 0) throw new PatternRefused('the pattern matches the empty text');
  const program = programOf(tree);
  return { source, size, minLength, maxLength, program, live: liveMask(program) };
}

function parsed(source: string) {
  try {
    return new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, { unicode: true });
  } catch (error) {
    // The engine names the whole pattern before it says what is wrong.
    if (error instanceof RegExpSyntaxError) {
      const what = error.message.slice(error.message.lastIndexOf(': ') + 2);
      throw new PatternRefused(`not a regular expression: ${what}`, error.index);
    }
    if (error instanceof RangeError) throw new PatternRefused('the pattern is nested too deep');
    throw error;
  }
}
