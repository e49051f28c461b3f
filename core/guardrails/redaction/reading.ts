import { fold, foldCodePoint } from '../text/fold.ts';

/** Takes a folded code point, and where it stands in the original. Positions never go back. */
export type Step = (codePoint: number, position: number) => void;

/** How a text comes to the automata: what is stepped of it. Surrogates must come in pairs. */
export interface Reading {
  /** @param from position of the text's first unit */
  read(text: string, from: number): void;
  /** What was not certain until more came. */
  end(): void;
}

/**
 * How the product's detectors read: each code point as it is folded, but
 *
 * - a backslash before a sign is none: `ghp\_`, `\"password\"`, `john\@example.com`.
 * - raised and circled digits behind an ordinary letter or digit are a note's sign, and none of the number before them.
 */
export function readingOfValues(step: Step): Reading {
  /** Where backslashes stand of which it is not known what follows, or -1. */
  let escapedAt = -1;
  let previous = 0;
  /** What the character before was: `ordinary`, or a raised digit that was read as a digit or as a sign. */
  let last: 'ordinary' | 'digit' | 'note' = 'ordinary';

  const take = (codePoint: number, position: number): void => {
    if (escapedAt >= 0) {
      if (codePoint === backslash) return;
      if (!isSign(codePoint)) step(backslash, escapedAt);
      escapedAt = -1;
    } else if (codePoint === backslash) {
      escapedAt = position;
      return;
    }
    step(codePoint, position);
    previous = codePoint;
    last = 'ordinary';
  };
  const takeRaised = (digits: readonly number[], position: number): void => {
    const isNote = last === 'note' || (last === 'ordinary' && isLetterOrDigit(previous));
    for (const digit of isNote ? [noteSign] : digits) take(digit, position);
    last = isNote ? 'note' : 'digit';
  };

  return {
    read(text, from) {
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit < 0x80) {
          const folded = ascii[unit] ?? uncounted;
          if (folded === uncounted) continue;
          if (escapedAt >= 0 || unit === backslash) take(folded, from + i);
          else {
            step(folded, from + i);
            previous = folded;
            last = 'ordinary';
          }
          continue;
        }
        const codePoint = text.codePointAt(i) ?? 0;
        const raised = raisedDigits(codePoint);
        if (raised) takeRaised(raised, from + i);
        else for (const folded of foldCodePoint(codePoint)) take(folded, from + i);
        if (codePoint > 0xffff) i += 1;
      }
    },
    end() {
      if (escapedAt >= 0) step(backslash, escapedAt);
      escapedAt = -1;
    },
  };
}

/**
 * How a tenant's rules are read, as in questions: white space is one space, and none at the ends. Letters come as they are
 * written; that some look like Latin ones, the automaton knows.
 */
export function readingOfRules(step: Step): Reading {
  let begun = false;
  /** Where white space began of which it is not known what follows, or -1. */
  let spaceAt = -1;
  const take = (codePoint: number, position: number): void => {
    if (isSpace(codePoint)) {
      if (begun && spaceAt < 0) spaceAt = position;
      return;
    }
    if (spaceAt >= 0) step(0x20, spaceAt);
    spaceAt = -1;
    begun = true;
    step(codePoint, position);
  };
  return {
    read(text, from) {
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        if (unit < 0x80) {
          const folded = ascii[unit] ?? uncounted;
          if (folded !== uncounted) take(folded, from + i);
          continue;
        }
        const codePoint = text.codePointAt(i) ?? 0;
        for (const folded of fold(codePoint).written) take(folded, from + i);
        if (codePoint > 0xffff) i += 1;
      }
    },
    end() {},
  };
}

const backslash = 0x5c;
/** Stands for the sign of a note. No detector takes it for a part of anything. */
const noteSign = 0x5e;

/** `foldCodePoint` of ASCII, where nothing becomes two. */
const uncounted = 0xff;
const ascii = Uint8Array.from({ length: 0x80 }, (_, unit) => foldCodePoint(unit)[0] ?? uncounted);

const isSpace = (codePoint: number) =>
  codePoint <= 0x20 || (codePoint >= 0x80 && /\s/u.test(String.fromCodePoint(codePoint)));

const isLetterOrDigit = (codePoint: number): boolean =>
  codePoint < 0x80
    ? (codePoint >= 0x30 && codePoint <= 0x39) || (codePoint >= 0x61 && codePoint <= 0x7a)
    : /[\p{L}\p{N}\p{M}]/u.test(String.fromCodePoint(codePoint));

const isSign = (codePoint: number) => codePoint > 0x20 && codePoint < 0x7f && !isLetterOrDigit(codePoint);

/** Digits in circles that no compatibility form says are digits: the first one of each row, and what it stands for. */
const circled: readonly (readonly [first: number, value: number, count: number])[] = [
  [0x24f5, 1, 10],
  [0x24ff, 0, 1],
  [0x2776, 1, 10],
  [0x2780, 1, 10],
  [0x278a, 1, 10],
  [0x1f10b, 0, 2],
];

/** By code point: digits as what they are read, of characters met; few are numbers, and those are all kept. */
const raised = new Map<number, readonly number[] | undefined>();

/** The digits that a raised, lowered or circled digit stands for, and none for all else. */
function raisedDigits(codePoint: number): readonly number[] | undefined {
  // None is outside these blocks: Latin-1's, numbers and signs, and those beyond the first plane.
  if (codePoint > 0xff && codePoint < 0x2070) return undefined;
  if (codePoint > 0x33ff && codePoint < 0x10000) return undefined;
  if (raised.has(codePoint)) return raised.get(codePoint);
  const row = circled.find(([first, , count]) => codePoint >= first && codePoint < first + count);
  const folded = row
    ? [...String(row[1] + codePoint - row[0])].map((digit) => digit.charCodeAt(0))
    : foldCodePoint(codePoint);
  const isNumber = /\p{No}/u.test(String.fromCodePoint(codePoint));
  const digits = isNumber && folded.some((each) => each >= 0x30 && each <= 0x39) ? folded : undefined;
  if (raised.size >= maxKept) raised.clear();
  raised.set(codePoint, digits);
  return digits;
}
const maxKept = 4_096;
