import { lowerOf } from './character-set.ts';
import type { Fold } from './fold-table.ts';

/** How the texts are written that a pattern is compared with. */
export interface Reading {
  /** Of each character: case, forms, accents, but not what it looks like. */
  readonly fold: Fold;
  /** What each character looks like: a character that stands alone takes that one as well. */
  readonly looks: Fold;
  /** Any stretch of white space is one space, and there is none at the ends. */
  readonly oneSpace: boolean;
}

const lowerCase: Fold = (codePoint) => [lowerOf(codePoint)];

/** Lower case alone. */
export const plainReading: Reading = { fold: lowerCase, looks: lowerCase, oneSpace: false };
