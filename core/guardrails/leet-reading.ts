import { kinds } from './fold.ts';
import { type NormalText, type Reading, readingOf } from './normal-text.ts';

/** Digits and signs as the letters that they stand for. `i` and `l` cannot be told apart there, and are one. */
const letterFor = new Map(
  (
    [
      ['o', '0'],
      ['l', '1i!|'],
      ['z', '2'],
      ['e', '3€'],
      ['a', '4@'],
      ['s', '5$'],
      ['g', '69'],
      ['t', '7+'],
      ['b', '8'],
      ['c', '¢©'],
      ['y', '¥'],
    ] as const
  ).flatMap(([letter, signs]) =>
    [...signs].map((sign) => [sign.charCodeAt(0), letter.charCodeAt(0)] as const),
  ),
);

const narrow = Uint16Array.from({ length: 256 }, (_, unit) => letterFor.get(unit) ?? unit);
const read = (unit: number) => (unit < 256 ? narrow[unit] : letterFor.get(unit)) ?? unit;

export interface LeetReading extends Reading {
  /** 1 where the text has a letter, 0 where a digit or a sign is read as one. */
  readonly isLetter: Uint8Array;
}

/**
 * The letters of a text, digits and signs read as letters. A sign is one between letters or digits (`cl@ss`, `p@$$w0rd`),
 * and where a word begins, right before a letter (`$ex`); `great!` ends with a sign.
 */
export function leetReading({ plain, plainKinds, plainAt }: NormalText): LeetReading {
  const kindsOf = plainKinds.slice();
  const units = new Uint16Array(plain.length);
  const isLetter = new Uint8Array(plain.length);
  let letters = 0;
  /** Where the signs begin that may be letters; what follows them decides. */
  let signsAt = -1;
  for (let at = 0; at < plain.length; at += 1) {
    const unit = plain.charCodeAt(at);
    const letter = read(unit);
    units[at] = letter;
    if (plainKinds[at] === kinds.sign && letter !== unit) {
      if (signsAt < 0) signsAt = at;
      continue;
    }
    if (plainKinds[at] === kinds.letter) {
      const inside = signsAt > 0 && plainKinds[signsAt - 1] === kinds.letter;
      if (signsAt >= 0 && (inside || !isDigit(unit))) {
        kindsOf.fill(kinds.letter, signsAt, at);
        letters += at - signsAt;
      }
      if (!isDigit(unit)) isLetter[letters] = 1;
      letters += 1;
    }
    signsAt = -1;
  }
  return { ...readingOf(units, kindsOf, plainAt), isLetter: isLetter.subarray(0, letters) };
}

const isDigit = (unit: number) => unit >= 0x30 && unit <= 0x39;

/** What follows a number without a space, as leet would read it. */
const measures = new Set(
  'kb mb gb tb kg mg km cm mm ml cl ms px pt hz kw th st nd rd am pm x k m g l s h d'.split(' '),
);

/**
 * Whether a match has a letter that is one: `455` is a number, whatever it looks like. So is what only counts a measure:
 * `80MB`.
 *
 * @param effort grows by the digits and signs passed over.
 */
export function hasLetter(
  { isLetter, gaps, units }: LeetReading,
  start: number,
  length: number,
  effort: { work: number },
): boolean {
  const end = start + length;
  let first = start;
  while (first < end && isLetter[first] === 0) first += 1;
  effort.work += first - start;
  if (first === end) return false;
  const alone = gaps[start] !== 0 && (end === gaps.length || gaps[end] !== 0);
  return !(first > start && alone && measures.has(units.slice(first, end)));
}
