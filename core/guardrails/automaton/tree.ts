import type { CharacterSet } from './character-set.ts';

/** What must hold between two characters, told by the one before and the one behind. */
export type Assertion =
  | { readonly kind: 'begin' | 'end' | 'word' | 'not-word' }
  | { readonly kind: 'not-behind' | 'not-ahead'; readonly set: CharacterSet };

/** A pattern as it was written, repetitions not yet written out. */
export type Tree =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Tree[] }
  | { readonly kind: 'choice'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number };
