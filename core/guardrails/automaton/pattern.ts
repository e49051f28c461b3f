import type { LiveMask } from './live-mask.ts';
import type { Program } from './program.ts';

/** A regular expression that was taken, ready for automata. */
export interface Pattern {
  readonly source: string;
  /** Places with repetitions written out: what one character may cost, and what a limit on many patterns adds up. */
  readonly size: number;
  /** Code points of the shortest match, at least 1. */
  readonly minLength: number;
  /** Code points of the longest match, or Infinity. */
  readonly maxLength: number;
  readonly program: Program;
  /** From which places of the program a match can still be reached. */
  readonly live: LiveMask;
}
