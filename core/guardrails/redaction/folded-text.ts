import { readingOfValues } from './reading.ts';

/** A text as it is compared, and where its parts come from. */
export interface FoldedText {
  readonly text: string;
  /** UTF-16 offset in the original at which a unit of `text` begins; at the one behind the last: the end. */
  readonly at: (unit: number) => number;
}

/** Where folding is lower case and nothing else. */
const plain = /^[\t\n\u0020-\u005b\u005d-\u007e]*$/;

/** Folds a piece of text as the product's detectors read it. */
export function foldedText(original: string): FoldedText {
  if (plain.test(original)) return { text: original.toLowerCase(), at: (unit) => unit };
  let text = '';
  const at: number[] = [];
  const reading = readingOfValues((codePoint, position) => {
    const folded = String.fromCodePoint(codePoint);
    for (let n = 0; n < folded.length; n++) at.push(position);
    text += folded;
  });
  reading.read(original, 0);
  reading.end();
  return { text, at: (unit) => at[unit] ?? original.length };
}
