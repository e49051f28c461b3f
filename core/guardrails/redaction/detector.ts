import type { PersonalDataKind } from '../schema.ts';

/** What goes on behind a match: `in` belongs to it, `perhaps` does if the next is `in`, `out` ends it. */
export type Swallowed = 'in' | 'perhaps' | 'out';

/**
 * Says of each folded code point behind a match whether it is still part of it. There are never two `perhaps` in a row: a
 * match that begins at one is known no sooner than what follows it.
 */
export type Swallow = (codePoint: number) => Swallowed;

/** One form of personal data or secret. */
export interface Detector {
  readonly kind: PersonalDataKind;
  /** Over folded text: lower case, digits and signs those of ASCII. It may look at one character before and behind. */
  readonly expression: string;
  /**
   * What no expression can say: check digits, lengths, what the words before it say. Both are folded.
   *
   * @param before at most `contextLength` characters
   */
  readonly holds?: (match: string, before: string) => boolean;
  /**
   * Where it begins is open: if a match does not hold, one with the same end that begins later may. Says at which offsets
   * of the folded match one may, from the left; few, and with little work: texts can be made of nothing else.
   */
  readonly anew?: (match: string) => readonly number[];
  /** Of the folded match: how many characters at its begin name the secret and are none of it. */
  readonly named?: (match: string) => number;
  /** For what has no longest form: the expression finds its begin, and this takes the rest. */
  readonly swallow?: () => Swallow;
}

/** How much text before a match is looked at, in UTF-16 units of the original. */
export const contextLength = 48;
