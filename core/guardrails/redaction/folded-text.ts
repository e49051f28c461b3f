import { foldCodePoint } from '../fold.ts';

/** A text as it is compared, and where its parts come from. */
export interface FoldedText {
  readonly text: string;
  /** UTF-16 offset in the original at which unit i of `text` begins; one more entry: the end. */
  readonly at: readonly number[];
}

/** Folds a piece of text, each code point by itself. */
export function foldedText(original: string): FoldedText {
  let text = '';
  const at: number[] = [];
  for (let i = 0; i < original.length; ) {
    const codePoint = original.codePointAt(i) ?? 0;
    for (const folded of foldCodePoint(codePoint)) {
      const unit = String.fromCodePoint(folded);
      for (let n = 0; n < unit.length; n++) at.push(i);
      text += unit;
    }
    i += codePoint > 0xffff ? 2 : 1;
  }
  at.push(original.length);
  return { text, at };
}
