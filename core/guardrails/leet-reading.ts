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
  const units: number[] = [];
  const isLetter: number[] = [];
  for (let at = 0; at < plain.length; at += 1) {
    const unit = plain.charCodeAt(at);
    units.push(letterFor.get(unit) ?? unit);
    if (plainKinds[at] !== kinds.sign || !letterFor.has(unit) || kindsOf[at] !== kinds.sign) continue;
    let to = at + 1;
    while (plainKinds[to] === kinds.sign && letterFor.has(plain.charCodeAt(to))) to += 1;
    const inside = at > 0 && plainKinds[at - 1] === kinds.letter;
    if (plainKinds[to] !== kinds.letter || !(inside || !isDigit(plain.charCodeAt(to)))) {
      for (at += 1; at < to; at += 1) units.push(plain.charCodeAt(at));
      at -= 1;
      continue;
    }
    kindsOf.fill(kinds.letter, at, to);
  }
  for (let at = 0; at < plain.length; at += 1) {
    if (kindsOf[at] !== kinds.letter) continue;
    isLetter.push(plainKinds[at] === kinds.letter && !isDigit(plain.charCodeAt(at)) ? 1 : 0);
  }
  return { ...readingOf(units, kindsOf, plainAt), isLetter: Uint8Array.from(isLetter) };
}

const isDigit = (unit: number) => unit >= 0x30 && unit <= 0x39;

/** What follows a number without a space, as leet would read it. */
const measures = new Set(
  'kb mb gb tb kg mg km cm mm ml cl ms px pt hz kw th st nd rd am pm x k m g l s h d'.split(' '),
);

/**
 * Whether a match has a letter that is one: `455` is a number, whatever it looks like. So is what only counts a measure:
 * `80MB`.
 */
export function hasLetter({ isLetter, gaps, units }: LeetReading, start: number, length: number): boolean {
  const end = start + length;
  let first = start;
  while (first < end && isLetter[first] === 0) first += 1;
  if (first === end) return false;
  const alone = gaps[start] !== 0 && (end === gaps.length || gaps[end] !== 0);
  return !(first > start && alone && measures.has(units.slice(first, end)));
}
