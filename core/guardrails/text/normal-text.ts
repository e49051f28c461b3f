import { fold, isMarkAstray, type Kind, kinds } from './fold.ts';
import { readCurrency } from './read-currency.ts';
import { type Draft, readWords } from './read-words.ts';

/** What stands before a letter: nothing, signs, or white space, with or without signs. */
export const gapKinds = { none: 0, signs: 1, space: 2 } as const;

/** In place of a sign where different ones stand. */
export const manySigns = 0xffff;

/** The letters and digits of a text without what stands between them. Lists are by UTF-16 unit of `units`. */
export interface Reading {
  readonly units: string;
  /** Of `gapKinds`. The first letter has white space before it. */
  readonly gaps: Uint8Array;
  /**
   * The sign in the gap before the letter, if it is one sign alone, or that one repeated (but an apostrophe); `manySigns`;
   * 0 for none.
   */
  readonly signs: Uint16Array;
  /** UTF-16 offsets in the original where the letter begins, and where it ends. */
  readonly at: Uint32Array;
  readonly ends: Uint32Array;
  /** 1 where a capital follows a small letter (`myCard`); nothing where the text has no such place. */
  readonly humps?: Uint8Array;
}

/** A text as rules compare it. Offsets are those of the text that was given, which `visibleText` has gone over. */
export interface NormalText {
  /**
   * For expressions, and literals with signs in them: folded by `foldCodePoint`, white space runs are one space, none at
   * the ends; signs stay. In words that mix in Latin letters, all that looks like a Latin letter is one.
   */
  readonly plain: string;
  /** UTF-16 offset in the original at which each unit of `plain` begins; one more: where the last one ends. */
  readonly plainAt: Uint32Array;
  /** What each unit of `plain` is. */
  readonly plainKinds: Uint8Array;
  /** As written. */
  readonly letters: Reading;
  /** As long as the letters: what looks like a Latin letter is that one, but in words that are truly of another script. */
  readonly latin: string;
  /** The same, in every word. */
  readonly allLatin: string;
  /** The Latin reading with an `l` for each capital `I` amid small ASCII letters (`kiII`), where there are such. */
  readonly withEll?: string;
}

/** Vowels and endings of Hangul syllables, and the voicing of kana: one letter with what is before them. */
const composing = /[\u1161-\u11ff\u3099\u309a]/;
const asciiAlone = /^[\0-\x7f]*$/;

/** Characters read between two breaks. The first time, one takes some microseconds. */
const charactersBetweenBreaks = 16;

/** Brings a text into the forms in which rules compare it. What is read as Latin letters, `readWords` says. */
export function normalText(text: string): NormalText {
  const steps = normalTextInSteps(text);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in small pieces of work, of some ten to hundred microseconds each. */
export function* normalTextInSteps(text: string): Generator<void, NormalText> {
  if (asciiAlone.test(text)) return normalAscii(text);
  const draft: Draft = { plain: [], written: [], latin: [], looks: [], at: [], kinds: [], scripts: [] };
  let read = 0;
  for (let offset = 0; offset < text.length; ) {
    const codePoint = text.codePointAt(offset) ?? 0;
    add(draft, codePoint, offset);
    offset += codePoint > 0xffff ? 2 : 1;
    read += 1;
    if (read % charactersBetweenBreaks === 0) yield;
  }
  let end = text.length;
  if (draft.kinds.at(-1) === kinds.space) end = dropLast(draft);
  draft.at.push(end);
  readCurrency(draft, text);
  yield;
  yield* readWords(draft, text);
  yield;
  return yield* finish(draft, text);
}

function add(draft: Draft, codePoint: number, offset: number): void {
  const { written, looks, sure, kinds: kindsOf, script } = fold(codePoint);
  for (let n = 0; n < kindsOf.length; n += 1) {
    const kind = kindsOf[n] ?? kinds.sign;
    const last = draft.kinds.length - 1;
    if (kind === kinds.space && (last < 0 || draft.kinds[last] === kinds.space)) continue;
    const letter = written[n] ?? 0;
    if (letter > 0x1160 && last >= 0 && composed(draft, letter)) continue;
    if (last >= 0 && isMarkAstray(letter, script, draft.written[last] ?? 0, draft.scripts[last] ?? 0))
      continue;
    if (letter > 0xffff) {
      const pair = String.fromCodePoint(letter);
      for (let half = 0; half < 2; half += 1) {
        const unit = pair.charCodeAt(half);
        push(draft, unit, unit, unit, offset, kind, script);
      }
    } else {
      const space = kind === kinds.space ? 0x20 : undefined;
      push(draft, space ?? letter, looks[n] ?? letter, space ?? sure[n] ?? letter, offset, kind, script);
    }
  }
}

function push(
  draft: Draft,
  written: number,
  looks: number,
  plain: number,
  offset: number,
  kind: Kind,
  script: number,
): void {
  draft.written.push(written);
  draft.latin.push(looks);
  draft.looks.push(looks);
  draft.plain.push(plain);
  draft.at.push(offset);
  draft.kinds.push(kind);
  draft.scripts.push(script);
}

/** Whether the letter has become one with the last one. */
function composed(draft: Draft, letter: number): boolean {
  const character = String.fromCharCode(letter);
  if (!composing.test(character)) return false;
  const last = draft.written.length - 1;
  const both = (String.fromCharCode(draft.written[last] ?? 0) + character).normalize('NFC');
  if (both.length !== 1) return false;
  for (const units of [draft.written, draft.latin, draft.looks, draft.plain])
    units[last] = both.charCodeAt(0);
  return true;
}

/** @returns the offset at which the last unit began. */
function dropLast(draft: Draft): number {
  for (const list of [draft.written, draft.latin, draft.looks, draft.plain, draft.kinds, draft.scripts])
    list.pop();
  return draft.at.pop() ?? 0;
}

function* finish(draft: Draft, text: string): Generator<void, NormalText> {
  const { plain, kinds: kindsOf, at } = draft;
  const plainAt = Uint32Array.from(at);
  const letters = seenIn(text, readingOf(draft.written, kindsOf, plainAt));
  yield;
  const latin = lettersOf(draft.latin, kindsOf, letters.units.length);
  yield;
  const allLatin = lettersOf(draft.looks, kindsOf, letters.units.length);
  yield;
  const plainKinds = Uint8Array.from(kindsOf);
  return {
    plain: stringOf(Uint16Array.from(plain)),
    plainAt,
    plainKinds,
    letters,
    latin,
    allLatin,
    ...ellOf(text, letters, latin),
  };
}

function lettersOf(units: readonly number[], kindsOf: readonly Kind[], count: number): string {
  const letters = new Uint16Array(count);
  let length = 0;
  for (let n = 0; n < kindsOf.length; n += 1)
    if (kindsOf[n] === kinds.letter) letters[length++] = units[n] ?? 0;
  return stringOf(letters);
}

/** By ASCII code: how it is compared, and what it is; `dropped` does not count. */
const dropped = 3;
const asciiUnits = Uint16Array.from({ length: 128 }, (_, code) => fold(code).sure[0] ?? 0);
const asciiKinds = Uint8Array.from({ length: 128 }, (_, code) => fold(code).kinds[0] ?? dropped);

/** The same for a text of ASCII alone, as most are: there every reading is the same. */
function normalAscii(text: string): NormalText {
  const units = new Uint16Array(text.length);
  const kindsOf = new Uint8Array(text.length);
  const at = new Uint32Array(text.length + 1);
  let length = 0;
  let last: number = kinds.space;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    const kind = asciiKinds[code] ?? dropped;
    if (kind === dropped || (kind === kinds.space && last === kinds.space)) continue;
    units[length] = kind === kinds.space ? 0x20 : (asciiUnits[code] ?? 0);
    kindsOf[length] = kind;
    at[length] = offset;
    last = kind;
    length += 1;
  }
  at[length] = text.length;
  if (length > 0 && last === kinds.space) length -= 1;
  const plainAt = at.subarray(0, length + 1);
  const plainKinds = kindsOf.subarray(0, length);
  const letters = seenIn(text, readingOf(units, plainKinds, plainAt));
  const latin = letters.units;
  return {
    plain: stringOf(units, length),
    plainAt,
    plainKinds,
    letters,
    latin,
    allLatin: latin,
    ...ellOf(text, letters, latin),
  };
}

const invisible = '[\\p{Default_Ignorable_Code_Point}\\p{M}]*';
const unseen = '[ \\p{Default_Ignorable_Code_Point}\\p{M}]*';
const brokenLine = new RegExp(`[-‐‑]${unseen}\\n`, 'u');
const lineBetween = new RegExp(`^${unseen}[-‐‑]${unseen}\\n${unseen}$`, 'u');
const maxBetween = 64;
const hump = new RegExp(`[a-z]${invisible}[A-Z]`, 'u');

/** What only the text itself shows of a reading: capitals within words, and words that go on in the next line. */
export function seenIn<R extends Reading>(text: string, reading: R): R {
  const { gaps, signs, at, ends } = reading;
  if (brokenLine.test(text))
    for (let n = 1; n < gaps.length; n += 1)
      if (gaps[n] === gapKinds.space && signs[n] === hyphen && endsLine(text.slice(ends[n - 1], at[n])))
        gaps[n] = gapKinds.signs;
  if (!hump.test(text)) return reading;
  const humps = new Uint8Array(gaps.length);
  for (let n = 1; n < gaps.length; n += 1)
    if (gaps[n] === gapKinds.none && isCapital(text.charCodeAt(at[n] ?? 0)))
      humps[n] = text.charCodeAt(at[n - 1] ?? 0) >= 0x61 ? 1 : 0;
  return { ...reading, humps };
}

const hyphen = 0x2d;
const apostrophe = 0x27;
const endsLine = (between: string) => between.length <= maxBetween && lineBetween.test(between);
function ellOf(text: string, { gaps, at, units }: Reading, latin: string): Pick<NormalText, 'withEll'> {
  if (!ell.test(text)) return {};
  const read = Uint16Array.from(latin, (unit) => unit.charCodeAt(0));
  for (let from = 0, to = 0; from < gaps.length; from = to) {
    let small = 0;
    let others = 0;
    for (to = from; to === from || (to < gaps.length && gaps[to] === gapKinds.none); to += 1) {
      const letter = text.charCodeAt(at[to] ?? 0);
      if (letter >= 0x61 && letter <= 0x7a) small += 1;
      else if (letter !== capitalI && !(to === from && isCapital(letter))) others += 1;
    }
    if (small === 0 || others > 0 || isCapitalI(text, at[from])) continue;
    for (let n = from; n < to; n += 1)
      if (isCapitalI(text, at[n]) && units.charCodeAt(n) === 0x69) read[n] = 0x6c;
  }
  const withEll = stringOf(read);
  return withEll === latin ? {} : { withEll };
}

const ell = new RegExp(`[a-z]${invisible}I`, 'u');
const capitalI = 0x49;
const isCapitalI = (text: string, at = 0) => text.charCodeAt(at) === capitalI;
const isCapital = (code: number) => code >= 0x41 && code <= 0x5a;

/** The letters among units; all is by unit of `plain`. */
export function readingOf(
  units: ArrayLike<number>,
  kindsOf: ArrayLike<number>,
  plainAt: Uint32Array,
): Reading {
  const all = kindsOf.length;
  const letters = new Uint16Array(all);
  const gaps = new Uint8Array(all);
  const signs = new Uint16Array(all);
  const at = new Uint32Array(all);
  const ends = new Uint32Array(all);
  let length = 0;
  let gap: number = gapKinds.space;
  let sign = 0;
  for (let n = 0; n < all; n += 1) {
    const kind = kindsOf[n];
    if (kind === kinds.letter) {
      letters[length] = units[n] ?? 0;
      gaps[length] = gap;
      signs[length] = sign;
      at[length] = plainAt[n] ?? 0;
      ends[length] = plainAt[n + 1] ?? 0;
      length += 1;
      gap = gapKinds.none;
      sign = 0;
    } else if (kind === kinds.space) gap = gapKinds.space;
    else {
      const unit = units[n] ?? 0;
      if (gap === gapKinds.none) gap = gapKinds.signs;
      sign = sign === 0 || (sign === unit && unit !== apostrophe) ? unit : manySigns;
    }
  }
  return {
    units: stringOf(letters, length),
    gaps: gaps.subarray(0, length),
    signs: signs.subarray(0, length),
    at: at.subarray(0, length),
    ends: ends.subarray(0, length),
  };
}

const stringOf = (units: Uint16Array, length = units.length) =>
  Buffer.from(units.buffer, units.byteOffset, 2 * length).toString('utf16le');
