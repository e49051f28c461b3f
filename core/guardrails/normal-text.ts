import { fold, type Kind, kinds, latinScript } from './fold.ts';

/** What stands before a letter: nothing, signs, or white space, with or without signs. */
export const gapKinds = { none: 0, signs: 1, space: 2 } as const;

/** In place of a sign where different ones stand. */
export const manySigns = 0xffff;

/** The letters and digits of a text without what stands between them. Lists are by UTF-16 unit of `units`. */
export interface Reading {
  readonly units: string;
  /** Of `gapKinds`. The first letter has white space before it. */
  readonly gaps: Uint8Array;
  /** The sign in the gap before the letter, if it is one sign alone, or that one repeated; `manySigns`; 0 for none. */
  readonly signs: Uint16Array;
  /** UTF-16 offsets in the original where the letter begins, and where it ends. */
  readonly at: Uint32Array;
  readonly ends: Uint32Array;
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
}

/** One text in all readings, by unit of `plain`, while it grows. */
interface Draft {
  readonly plain: number[];
  readonly written: number[];
  readonly latin: number[];
  readonly looks: number[];
  readonly at: number[];
  readonly kinds: Kind[];
  readonly scripts: number[];
}

/** Vowels and endings of Hangul syllables, and the voicing of kana: one letter with what is before them. */
const composing = /[\u1161-\u11ff\u3099\u309a]/;
const asciiAlone = /^[\0-\x7f]*$/;

/**
 * Brings a text into the forms in which rules compare it, in one pass.
 *
 * A word is truly of another script when all of its letters are of that one and some of them look like no Latin letter
 * (`сорт`: a `т` is no `t`), or when the words around it are so. Other words of look-alikes alone, and those that mix
 * scripts, are read as Latin.
 */
export function normalText(text: string): NormalText {
  if (asciiAlone.test(text)) return normalAscii(text);
  const draft: Draft = { plain: [], written: [], latin: [], looks: [], at: [], kinds: [], scripts: [] };
  for (let offset = 0; offset < text.length; ) {
    const codePoint = text.codePointAt(offset) ?? 0;
    add(draft, codePoint, offset);
    offset += codePoint > 0xffff ? 2 : 1;
  }
  let end = text.length;
  if (draft.kinds.at(-1) === kinds.space) end = dropLast(draft);
  readWords(draft);
  return finish(draft, end);
}

function add(draft: Draft, codePoint: number, offset: number): void {
  const { written, looks, sure, kinds: kindsOf, script } = fold(codePoint);
  for (let n = 0; n < kindsOf.length; n += 1) {
    const kind = kindsOf[n] ?? kinds.sign;
    const last = draft.kinds.length - 1;
    if (kind === kinds.space && (last < 0 || draft.kinds[last] === kinds.space)) continue;
    const letter = written[n] ?? 0;
    if (letter > 0x1160 && last >= 0 && composed(draft, letter)) continue;
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

/** What a word is by its own letters. */
interface Word {
  readonly from: number;
  readonly to: number;
  /** Not Latin, and the only one in the word; 0: Latin, or several. */
  readonly script: number;
  /** Its letters are of several scripts, Latin one of them. */
  readonly mixesLatin: boolean;
  /** Nobody can tell its letters from Latin ones. */
  readonly deceiving: boolean;
}

/** Decides for each word whether what looks like Latin letters is meant so. */
function readWords(draft: Draft): void {
  const words = wordsOf(draft);
  for (const [place, word] of words.entries()) {
    const { from, to, script, mixesLatin, deceiving } = word;
    const genuine = script !== 0 && !isSpelled(draft, word) && (!deceiving || isAmongItsOwn(words, place));
    for (let n = from; n < to; n += 1) {
      if (genuine) draft.latin[n] = draft.written[n] ?? 0;
      if (mixesLatin) draft.plain[n] = draft.looks[n] ?? 0;
    }
  }
}

/** A letter alone between signs is part of something spelled out, of which nothing is known. */
function isSpelled({ kinds: kindsOf }: Draft, { from, to }: Word): boolean {
  return to - from === 1 && (kindsOf[from - 1] === kinds.sign || kindsOf[to] === kinds.sign);
}

/** How many words away one looks for those that are not look-alikes alone. */
const neighbourhood = 4;

/** Whether the nearest words on both sides that can be told from Latin ones are of the same script. */
function isAmongItsOwn(words: readonly Word[], place: number): boolean {
  const { script } = words[place] ?? {};
  const beside = [-1, 1].map((step) => {
    for (let n = 1; n <= neighbourhood; n += 1) {
      const word = words[place + n * step];
      if (word === undefined) return undefined;
      if (word.script !== script || !word.deceiving) return word.script === script;
    }
    return undefined;
  });
  return beside.includes(true) && !beside.includes(false);
}

function wordsOf(draft: Draft): Word[] {
  const { kinds: kindsOf } = draft;
  const words: Word[] = [];
  for (let from = 0; from < kindsOf.length; from += 1) {
    if (kindsOf[from] !== kinds.letter) continue;
    let to = from;
    while (kindsOf[to] === kinds.letter) to += 1;
    words.push(wordOf(draft, from, to));
    from = to;
  }
  return words;
}

function wordOf(draft: Draft, from: number, to: number): Word {
  let script = 0;
  let withLatin = false;
  let mixed = false;
  let deceiving = true;
  for (let n = from; n < to; n += 1) {
    const looks = draft.looks[n] ?? 0;
    const own = draft.scripts[n] || (looks >= 0x61 && draft.written[n] === looks ? latinScript : 0);
    if (own === 0) continue;
    if (own === latinScript) withLatin = true;
    else if (draft.plain[n] !== looks || looks > 0x7f) deceiving = false;
    if (script !== 0 && own !== script) mixed = true;
    script = own;
  }
  const ownScript = mixed || script === latinScript ? 0 : script;
  return { from, to, script: ownScript, mixesLatin: mixed && withLatin, deceiving };
}

function finish(draft: Draft, end: number): NormalText {
  const { plain, kinds: kindsOf, at } = draft;
  at.push(end);
  const plainAt = Uint32Array.from(at);
  const isLetter = (_: number, n: number) => kindsOf[n] === kinds.letter;
  return {
    plain: stringOf(Uint16Array.from(plain)),
    plainAt,
    plainKinds: Uint8Array.from(kindsOf),
    letters: readingOf(draft.written, kindsOf, plainAt),
    latin: stringOf(Uint16Array.from(draft.latin.filter(isLetter))),
    allLatin: stringOf(Uint16Array.from(draft.looks.filter(isLetter))),
  };
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
  const letters = readingOf(units, plainKinds, plainAt);
  const latin = letters.units;
  return { plain: stringOf(units, length), plainAt, plainKinds, letters, latin, allLatin: latin };
}

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
      sign = sign === 0 || sign === unit ? unit : manySigns;
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
