/** From, to: both are in it. */
export type CodePointRange = readonly [number, number];

/** A Unicode property as a regular expression of one character. */
export interface PropertyTest {
  readonly source: string;
  readonly expression: RegExp;
}

/** Characters that one place of a pattern takes. Patterns are blind to case, texts come in lower case. */
export interface CharacterSet {
  /** Equal for sets that were written alike. */
  readonly key: string;
  /** Whether it may hold characters outside ASCII: false is certain, true is not. */
  readonly beyondAscii: boolean;
  /** Whether it holds white space and nothing else: false where that is not known. */
  readonly spaceAlone: boolean;
  /** All that it holds outside ASCII is part of words, or none of it; missing: not known. */
  readonly words?: boolean;
  /** @param upper the same character in upper case, where it has one: a set of upper case letters takes the lower. */
  has(codePoint: number, upper?: number): boolean;
}

const lastCodePoint = 0x10ffff;

/** The character in upper case, or itself where that is more than one character. */
export function upperOf(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x61 && codePoint <= 0x7a ? codePoint - 0x20 : codePoint;
  return single(String.fromCodePoint(codePoint).toUpperCase()) ?? codePoint;
}

/** The character in lower case, or itself where that is more than one character. */
export function lowerOf(codePoint: number): number {
  if (codePoint < 0x80) return codePoint >= 0x41 && codePoint <= 0x5a ? codePoint + 0x20 : codePoint;
  return single(String.fromCodePoint(codePoint).toLowerCase()) ?? codePoint;
}

function single(text: string): number | undefined {
  const codePoint = text.codePointAt(0);
  return codePoint !== undefined && String.fromCodePoint(codePoint) === text ? codePoint : undefined;
}

/** The ranges in order, with none that touch each other. */
export function merged(ranges: readonly CodePointRange[]): CodePointRange[] {
  const out: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** All that is in none of the ranges. */
export function complement(ranges: readonly CodePointRange[]): CodePointRange[] {
  const out: CodePointRange[] = [];
  let free = 0;
  for (const [from, to] of merged(ranges)) {
    if (from > free) out.push([free, from - 1]);
    free = to + 1;
  }
  if (free <= lastCodePoint) out.push([free, lastCodePoint]);
  return out;
}

export function characterSet(
  written: readonly CodePointRange[],
  properties: readonly PropertyTest[] = [],
  negated = false,
): CharacterSet {
  const ranges = merged(written);
  const bounds = Int32Array.from(ranges.flat());
  const inRanges = (codePoint: number) => {
    // The last range that begins at the character or before.
    let from = 0;
    let to = bounds.length / 2;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((bounds[2 * middle] ?? 0) <= codePoint) from = middle + 1;
      else to = middle;
    }
    return from > 0 && codePoint <= (bounds[2 * from - 1] ?? 0);
  };
  const inProperties = (codePoint: number) => {
    const text = String.fromCodePoint(codePoint);
    return properties.some(({ expression }) => expression.test(text));
  };
  const holds = (codePoint: number) =>
    inRanges(codePoint) || (properties.length > 0 && inProperties(codePoint));
  const names = properties.map(({ source }) => source).sort();
  return {
    key: `${negated ? '^' : ''}${ranges.map(([from, to]) => `${from.toString(16)}-${to.toString(16)}`)};${names.join('')}`,
    beyondAscii: negated || properties.length > 0 || (bounds.at(-1) ?? 0) >= 0x80,
    get spaceAlone() {
      const held = negated ? complement(ranges) : ranges;
      return (
        held.length + properties.length > 0 &&
        properties.every(({ source }) => !negated && spaceProperty.test(source)) &&
        held.every(([from, to]) => spaceRanges.some(([first, last]) => from >= first && to <= last))
      );
    },
    has: (codePoint, upper = upperOf(codePoint)) =>
      (holds(codePoint) || (upper !== codePoint && holds(upper))) !== negated,
  };
}

export const digitRanges: readonly CodePointRange[] = [[0x30, 0x39]];
const wordRanges: readonly CodePointRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** WhiteSpace and LineTerminator of ECMAScript, which is what `\s` takes. */
export const spaceRanges: readonly CodePointRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const lineEndRanges: readonly CodePointRange[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

const spaceProperty =
  /^\\p\{(?:White_Space|space|(?:(?:General_Category|gc)=)?(?:Z[slp]?|Separator|(?:Space|Line|Paragraph)_Separator))\}$/;

const inWords = /[\p{L}\p{M}\p{N}_]/u;
const isInWords = (codePoint: number) =>
  codePoint < 0x80
    ? wordRanges.some(([from, to]) => codePoint >= from && codePoint <= to)
    : inWords.test(String.fromCodePoint(codePoint));

/** What `\w` takes and `\b` asks for: letters, their marks and digits of all scripts, and `_`. */
export const wordCharacters: CharacterSet = {
  key: 'word',
  beyondAscii: true,
  spaceAlone: false,
  words: true,
  has: isInWords,
};
export const notWordCharacters: CharacterSet = {
  key: '^word',
  beyondAscii: true,
  spaceAlone: false,
  words: false,
  has: (codePoint) => !isInWords(codePoint),
};

/** The same in a class with others. */
export const wordTest = (negated: boolean): PropertyTest =>
  negated ? { source: '\\W', expression: /[^\p{L}\p{M}\p{N}_]/u } : { source: '\\w', expression: inWords };
