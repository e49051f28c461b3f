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
  /** As in the text, before digits and signs were read. */
  readonly plain: Uint16Array;
  /** 0 where a digit or a sign is read as a letter; a letter as the Latin reading has it, and as written. */
  readonly latin: Uint16Array;
  readonly written: Uint16Array;
}

/**
 * The letters of a text, digits and signs read as letters. A sign is one between letters or digits (`cl@ss`, `p@$$w0rd`),
 * and where a word begins, right before a letter (`$ex`); `great!` ends with a sign, and `linus@example.com` is an address.
 */
export function leetReading(text: NormalText): LeetReading {
  const { plain, plainKinds, plainAt } = text;
  const kindsOf = plainKinds.slice();
  const units = new Uint16Array(plain.length);
  const own = new Uint16Array(plain.length);
  const latin = new Uint16Array(plain.length);
  const written = new Uint16Array(plain.length);
  let letters = 0;
  /** Place in the readings of the text, which have no signs. */
  let place = 0;
  /** Where the signs begin that may be letters; what follows them decides. */
  let signsAt = -1;
  for (let at = 0; at < plain.length; at += 1) {
    const unit = plain.charCodeAt(at);
    const letter = read(unit);
    units[at] = letter;
    if (plainKinds[at] === kinds.sign && letter !== unit && !(unit === atSign && isAddress(text, at))) {
      if (signsAt < 0) signsAt = at;
      continue;
    }
    if (plainKinds[at] === kinds.letter) {
      const inside = signsAt > 0 && plainKinds[signsAt - 1] === kinds.letter;
      if (signsAt >= 0 && (inside || !isDigit(unit))) {
        kindsOf.fill(kinds.letter, signsAt, at);
        for (let sign = signsAt; sign < at; sign += 1) own[letters++] = plain.charCodeAt(sign);
      }
      own[letters] = unit;
      if (!isDigit(unit)) {
        latin[letters] = text.latin.charCodeAt(place);
        written[letters] = text.letters.units.charCodeAt(place);
      }
      letters += 1;
      place += 1;
    }
    signsAt = -1;
  }
  const reading = readingOf(units, kindsOf, plainAt);
  const all = [own, latin, written].map((list) => list.subarray(0, letters));
  const [ownUnits = own, latinUnits = latin, writtenUnits = written] = all;
  return { ...reading, plain: ownUnits, latin: latinUnits, written: writtenUnits };
}

const atSign = 0x40;
const dot = 0x2e;
const hyphen = 0x2d;

/** Whether what stands around an `@` reads as an address: letters before it; behind it a name, a dot and letters. */
function isAddress({ plain, plainKinds }: NormalText, at: number): boolean {
  if (plainKinds[at - 1] !== kinds.letter) return false;
  let to = at + 1;
  while (plainKinds[to] === kinds.letter || plain.charCodeAt(to) === hyphen) to += 1;
  if (to === at + 1 || plain.charCodeAt(to) !== dot) return false;
  const letter = (n: number) => plainKinds[n] === kinds.letter && !isDigit(plain.charCodeAt(n));
  return letter(to + 1) && letter(to + 2);
}

const isDigit = (unit: number) => unit >= 0x30 && unit <= 0x39;

/** What follows a number without a space, as leet would read it. */
const measures = new Set(
  'kb mb gb tb kg mg km cm mm ml cl ms px pt hz kw th st nd rd am pm x k m g l s h d'.split(' '),
);

/** What of a literal is compared beside its string. */
export interface LeetFit {
  readonly latin: Uint16Array;
  readonly written: Uint16Array;
  /** Its letters are not Latin, and are found as they are written or not at all. */
  readonly foreign: boolean;
}

/**
 * Whether digits and signs make a match, and what else it has is the literal's own: `mall` is no `mail`, and what holds no
 * sign at all is for the other readings. `455` is a number, whatever it looks like, as is one that is cut out of a longer
 * one or out of a hexadecimal name (`c2a5595`); `80MB` only counts a measure.
 *
 * @param effort grows by the letters, digits and signs looked at.
 */
export function fitsLeet(
  text: LeetReading,
  start: number,
  { latin, written, foreign }: LeetFit,
  effort: { work: number },
): boolean {
  const length = latin.length;
  const [ours, theirs] = foreign ? [written, text.written] : [latin, text.latin];
  let first = -1;
  let stands = false;
  let foreigners = 0;
  for (let n = 0; n < length; n += 1) {
    const letter = theirs[start + n] ?? 0;
    if (letter === 0 || ours[n] === 0) stands = true;
    else if (letter !== ours[n]) {
      effort.work += n;
      return false;
    }
    if (letter === 0) continue;
    if (first < 0) first = start + n;
    if (letter > 0x7f) foreigners += 1;
  }
  effort.work += length;
  if (!stands || first < 0 || (foreign && foreigners === 0)) return false;
  const end = start + length;
  const { gaps, units } = text;
  const alone = gaps[start] !== 0 && (end === gaps.length || gaps[end] !== 0);
  if (alone) return !(first > start && measures.has(units.slice(first, end)));
  effort.work += 2 * maxWord;
  return !isCutOut(text, start, end);
}

/** Digits that nobody takes for letters, being so many. */
const manyDigits = 4;
/** How far the word around a match is looked at. */
const maxWord = 40;
const hexadecimal = /^(?:(?=.{6})|0x|u(?=.{4}))(?=.*[0-9].*[0-9])[0-9a-f]+$/;

/** Whether a match begins or ends amid a number, or is part of a hexadecimal name. */
function isCutOut({ plain, gaps }: LeetReading, start: number, end: number): boolean {
  let from = start;
  while (gaps[from] === 0 && start - from < maxWord) from -= 1;
  let to = end;
  while (to < gaps.length && gaps[to] === 0 && to - end < maxWord) to += 1;
  const digit = (at: number) => at >= from && at < to && isDigit(plain[at] ?? 0);
  for (const edge of [start, end]) {
    if (!digit(edge - 1) || !digit(edge)) continue;
    let [low, high] = [edge, edge];
    while (digit(low - 1)) low -= 1;
    while (digit(high)) high += 1;
    if (high - low >= manyDigits) return true;
  }
  for (let at = start + 1; at < end; at += 1) if (gaps[at] !== 0) return false;
  return hexadecimal.test(String.fromCharCode(...plain.subarray(from, to)));
}
