import { gapKinds, type Reading } from './normal-text.ts';

/** Letters that may follow in a word whose beginning was taken apart (`ha-cking`). */
const maxLettersLeft = 3;

/** What a literal asks of the place where its letters were found. */
export interface Fit {
  /** Before each letter of the literal, as in a `Reading`. */
  readonly gaps: Uint8Array;
  /** Only whole words. */
  readonly word: boolean;
}

/**
 * Whether letters of a text that are those of a literal read as the literal.
 *
 * Where the text has a gap and the literal has none, or the other way round, the reader has to join what stands apart:
 *
 * - at signs (`ha-ck`, `h.a.c.k`), or where the literal's own space is left out (`creditcard`): the match begins where a
 *   word begins and ends where one ends, nearly. So `half-ish` is no `fish`, and `crisis` is no `is is`.
 * - at white space: single letters in a row (`h a c k`), or a single letter that is no word by itself (`hac k`), between
 *   words' ends. So `the rapist` is no `therapist`, and `a part` no `apart`.
 */
export function fitsLiteral(reading: Reading, start: number, { gaps, word }: Fit): boolean {
  const end = start + gaps.length;
  const begins = isEdge(reading, start);
  const ends = isEdge(reading, end);
  if (word && !(begins && ends)) return false;
  let joined = false;
  let spaced = false;
  for (let n = 1; n < gaps.length; n += 1) {
    const gap = reading.gaps[start + n] ?? 0;
    if ((gap === 0) === (gaps[n] === 0)) continue;
    if (gap === gapKinds.space) spaced = true;
    else joined = true;
  }
  if (!joined && !spaced) return true;
  if (!begins) return false;
  if (spaced) return ends && isSpelled(reading, start, gaps);
  return ends || lettersLeft(reading, end) <= maxLettersLeft;
}

/** Whether the pieces of a match with white space in it are such as nobody writes but to take a word apart. */
function isSpelled({ units, gaps }: Reading, start: number, wanted: Uint8Array): boolean {
  const end = start + wanted.length;
  let singles = 0;
  let pieces = 0;
  let consonant = false;
  let needsSingle = false;
  for (let from = start; from < end; ) {
    const to = pieceEnd({ units, gaps }, from, end);
    pieces += 1;
    const single = isOneLetter(units, from, to);
    // A bridged blank before this piece has a single letter on one of its sides.
    if (needsSingle && !single) return false;
    const atEdge =
      (from === start && gaps[start] === gapKinds.signs) || (to === end && gaps[end] === gapKinds.signs);
    if (single) {
      singles += 1;
      // What hangs on another word is a piece of that one: `that's`, `x-ray`.
      if (!atEdge && !aloneAsWord(units.charCodeAt(from))) consonant = true;
    }
    needsSingle = !single && to < end && gaps[to] === gapKinds.space && wanted[to - start] === 0;
    from = to;
  }
  return consonant || (singles === pieces && singles >= 3);
}

function pieceEnd({ gaps }: Pick<Reading, 'units' | 'gaps'>, from: number, end: number): number {
  let to = from + 1;
  while (to < end && gaps[to] === 0) to += 1;
  return to;
}

function isOneLetter(units: string, from: number, to: number): boolean {
  if (to - from === 1) return true;
  if (to - from > 4) return false;
  return /^.\p{M}*$/u.test(units.slice(from, to));
}

/** Letters that are words by themselves in some language, and digits. */
const words = new Set([...'aeiouyаеёиоуыэюявкстжбiієαοηω0123456789'].map((letter) => letter.charCodeAt(0)));
const aloneAsWord = (unit: number) => words.has(unit);

function lettersLeft({ gaps }: Reading, end: number): number {
  let left = 0;
  while (end + left < gaps.length && gaps[end + left] === 0 && left <= maxLettersLeft) left += 1;
  return left;
}

/** Whether a word begins or ends before this letter. In a script without spaces that is anywhere. */
function isEdge({ units, gaps }: Reading, at: number): boolean {
  if (at >= gaps.length || gaps[at] !== 0) return true;
  const after = units.charCodeAt(at);
  if (!writesWithoutSpaces(after) && !writesWithoutSpaces(units.charCodeAt(at - 1))) return false;
  return !/^[\p{M}\udc00-\udfff]/u.test(units.charAt(at));
}

/** Thai and Lao, Myanmar, Khmer, kana, Han (with the half of a pair that begins its rare ones). */
const withoutSpaces = [
  [0x0e00, 0x0eff],
  [0x1000, 0x109f],
  [0x1780, 0x17ff],
  [0x3005, 0x3007],
  [0x3040, 0x30ff],
  [0x31f0, 0x31ff],
  [0x3400, 0x9fff],
  [0xf900, 0xfaff],
  [0xd840, 0xd88f],
] as const;

const writesWithoutSpaces = (unit: number) =>
  unit >= 0x0e00 && withoutSpaces.some(([from, to]) => unit >= from && unit <= to);
