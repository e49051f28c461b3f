import { confusables, deceives } from './confusables.ts';

/** What a folded code point is: a sign, a letter (digits and spelling marks as well), or white space. */
export const kinds = { sign: 0, letter: 1, space: 2 } as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

/** How one code point is compared. All lists are of the same length; empty: it does not count. */
export interface Folded {
  /** Code points as written: compatibility forms, case and marks aside. */
  readonly written: readonly number[];
  /** The same, each that looks like an ASCII letter or digit as that one. */
  readonly looks: readonly number[];
  /**
   * As `looks`, where that is to be believed whatever stands beside it, and as `written` elsewhere. Decided
   * by the small letter, so that capital and small ones are never told apart.
   */
  readonly sure: readonly number[];
  /** Whether `looks` is to be believed of this very form: a capital `Т` cannot be told from a `T`, a small one can. */
  readonly deceives: boolean;
  readonly kinds: readonly Kind[];
  /** Of `written`: 0 where all of it is ASCII or no letter, or the script's place. */
  readonly script: number;
}

/** Place of Latin among the scripts; those that are not told apart share the last place. */
export const latinScript = 1;
const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /\p{Script=Lisu}/u,
  /\p{Script=Coptic}/u,
];

/**
 * Marks that are part of how a word is spelled: vowel signs and the like of scripts that write them so, and the voicing of
 * kana. All others (accents, points of Hebrew and Arabic, what is stacked on a letter) only change how it looks.
 */
const spellingMark =
  /[\u3099\u309a]|(?![\p{Script=Inherited}\p{Script=Common}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Coptic}])\p{M}/u;
const mark = /\p{M}/u;
const digit = /\p{Nd}/u;
const symbol = /\p{So}/u;
/** Forms of one Arabic letter: Persian and Urdu write it so, and it is typed for the other. */
const sameLetters = new Map(
  (
    [
      ['ك', 'کڪ'],
      ['ي', 'یى'],
      ['ه', 'ہھە'],
      ['ا', 'ٱ'],
    ] as const
  ).flatMap(([letter, others]) =>
    [...others].map((other): [string, number] => [other, letter.charCodeAt(0)]),
  ),
);
/** Tatweel only makes a line longer. */
const uncounted = /[\u0640\u07fa\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cs}\p{Cc}]/u;
const lineEnd = /[\n\v\f\r\u2028\u2029]/;

/** Signs that are written in many ways, each by the one on every keyboard. */
const signs = new Map(
  (
    [
      ['-', '‐‑‒–—―⁃−➖⸺⸻﹘᠆־'],
      ["'", '‘’‚‛ʹʻʼʽˈ՚׳`´＇'],
      ['"', '“”„‟″ʺ״«»'],
      ['.', '。․۔'],
      ['/', '⁄∕╱⧸'],
      [':', '∶꞉ː։׃'],
    ] as const
  ).flatMap(([sign, others]) => [...others].map((other): [string, number] => [other, sign.charCodeAt(0)])),
);

/** Circled numbers that do not decompose: `first` is the one that means `number`. */
const circled = [
  { first: 0x24eb, number: 11, last: 20 },
  { first: 0x24f5, number: 1, last: 10 },
  { first: 0x24ff, number: 0, last: 0 },
  { first: 0x2776, number: 1, last: 10 },
  { first: 0x2780, number: 1, last: 10 },
  { first: 0x278a, number: 1, last: 10 },
  { first: 0x1f10b, number: 0, last: 0 },
  { first: 0x1f10c, number: 0, last: 0 },
];

/** Code points that one may stand for. Two signs stand for whole phrases: a text of them would grow eighteenfold. */
const maxParts = 7;
const ascii: readonly Folded[] = Array.from({ length: 128 }, (_, codePoint) => foldAnew(codePoint));
/** Texts of one tenant use few code points; one that uses all of them makes the cache begin again. */
const maxCached = 8_192;
const cache = new Map<number, Folded>();

/** How a code point is compared, in all readings, whatever stands beside it. A lone surrogate does not count. */
export function fold(codePoint: number): Folded {
  const known = codePoint < 128 ? ascii[codePoint] : cache.get(codePoint);
  if (known !== undefined) return known;
  const made = foldAnew(codePoint);
  if (cache.size >= maxCached) cache.clear();
  cache.set(codePoint, made);
  return made;
}

/**
 * Whether a spelling mark stands on a letter of a script that has none, where it only hides the letter (a Thai vowel sign
 * on an `e`).
 */
export function isMarkAstray(
  codePoint: number,
  script: number,
  before: number,
  scriptBefore: number,
): boolean {
  if (script <= scripts.length || scriptBefore > scripts.length) return false;
  const onLetter = scriptBefore > 0 || (before >= 0x61 && before <= 0x7a);
  return onLetter && mark.test(String.fromCodePoint(codePoint));
}

/**
 * How a code point is compared where nothing is known of its neighbours: what cannot be told from an ASCII letter or digit
 * is that one. Folding what is folded changes nothing.
 *
 * @returns code points; none for what does not count: invisible characters and accents
 */
export function foldCodePoint(codePoint: number): readonly number[] {
  return fold(codePoint).sure;
}

const changing =
  /[\u0640\u07fa\u2800\p{M}\p{Nd}\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cs}\p{Cc}]/u;

/**
 * How a code point is compared as written. Quick for the many that are compared as themselves: for going through all of
 * them.
 */
export function foldAsWritten(codePoint: number): readonly number[] {
  const character = String.fromCodePoint(codePoint);
  const isItself =
    character.normalize('NFKD') === character &&
    character.toLowerCase() === character &&
    character.toUpperCase() === character &&
    !changing.test(character) &&
    !signs.has(character) &&
    !sameLetters.has(character) &&
    !(confusables.has(codePoint) && (codePoint > 0xffff || symbol.test(character))) &&
    circledNumber(codePoint) === undefined;
  return isItself ? [codePoint] : fold(codePoint).written;
}

function foldAnew(codePoint: number): Folded {
  const character = String.fromCodePoint(codePoint);
  if (lineEnd.test(character)) return folded([0x0a]);
  if (codePoint === 0x09) return folded([0x09]);
  if (uncounted.test(character)) return folded([]);
  const found = foundOf(codePoint, character);
  if (found !== undefined && (codePoint > 0xffff || symbol.test(character))) return folded([found]);
  const written: number[] = [];
  const looks: number[] = [];
  const sure: number[] = [];
  let deceiving = true;
  // Composed again, so that a Hangul syllable is one letter.
  const apart = [...(circledNumber(codePoint) ?? character.normalize('NFKD'))];
  const parts = (apart.length > maxParts ? [character] : apart).filter(
    (part) => !uncounted.test(part) && (!mark.test(part) || spellingMark.test(part)),
  );
  for (const part of parts.join('').normalize('NFC')) {
    const all = [...lowerCase(part)];
    const capital = parts.length === 1 && found !== undefined ? codePoint : (part.codePointAt(0) ?? 0);
    const small = parts.length === 1 ? (lowerCase(character).codePointAt(0) ?? 0) : 0;
    const own = all.length === 1 ? confusables.get(capital) : undefined;
    for (const letter of all) {
      const plain = plainest(letter);
      const look = own ?? confusables.get(plain) ?? plain;
      // What is written in two units cannot stand for one in a reading of the same length.
      const kept = plain > 0xffff ? look : plain;
      written.push(kept);
      looks.push(look);
      sure.push((all.length === 1 ? sureOf(small) : undefined) ?? sureOf(plain) ?? kept);
      if (look !== kept && !deceives(own === undefined ? plain : capital)) deceiving = false;
    }
  }
  return folded(written, looks, sure, deceiving);
}

function folded(
  written: readonly number[],
  looks: readonly number[] = written,
  sure: readonly number[] = written,
  deceives = true,
): Folded {
  const script = Math.max(0, ...written.map(scriptOf));
  return { written, looks, sure, deceives, kinds: written.map(kindOf), script };
}

/** What a small letter looks like, where nobody can tell them apart. */
function sureOf(codePoint: number): number | undefined {
  return deceives(codePoint) ? confusables.get(codePoint) : undefined;
}

/** What a code point looks like. Beyond the basic plane both cases look like what the small one does. */
function foundOf(codePoint: number, character: string): number | undefined {
  if (codePoint <= 0xffff) return confusables.get(codePoint);
  const lower = confusables.get(character.toLowerCase().codePointAt(0) ?? 0);
  return lower ?? confusables.get(character.toUpperCase().codePointAt(0) ?? 0);
}

function circledNumber(codePoint: number): string | undefined {
  for (const { first, number, last } of circled)
    if (codePoint >= first && codePoint <= first + last - number) return String(number + codePoint - first);
  return undefined;
}

function kindOf(codePoint: number): Kind {
  const character = String.fromCodePoint(codePoint);
  if (/\s/u.test(character)) return kinds.space;
  return /[\p{L}\p{N}\p{M}]/u.test(character) ? kinds.letter : kinds.sign;
}

function scriptOf(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (codePoint < 128 || !/[\p{L}\p{M}]/u.test(character)) return 0;
  const place = scripts.findIndex((script) => script.test(character));
  return place < 0 ? scripts.length + 1 : place + 1;
}

/** Full case folding, by way of the capital: `ß` and `ẞ` are `ss`, `ς` is `σ`, `ı` is `i`. */
function lowerCase(character: string): string {
  // Twice: the lower case of `ẞ` has a capital of its own. One by one: a sigma alone is not a final one.
  return [...character.toUpperCase()]
    .flatMap((one) => [...one.toLowerCase().toUpperCase()])
    .map((one) => one.toLowerCase())
    .join('');
}

/** Code point of a letter; of a sign or letter with many forms, the usual one; of a digit, the ASCII one. */
function plainest(letter: string): number {
  const codePoint = letter.codePointAt(0) ?? 0;
  const same = signs.get(letter) ?? sameLetters.get(letter);
  if (same !== undefined) return same;
  if (codePoint < 128 || !digit.test(letter))
    return /^[\p{White_Space}\u2800]$/u.test(letter) ? 0x20 : codePoint;
  // Digits of a script stand together, ten of them, zero first.
  let zero = codePoint;
  while (digit.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return 0x30 + ((codePoint - zero) % 10);
}
