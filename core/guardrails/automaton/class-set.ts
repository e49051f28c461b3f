import type { AST } from '@eslint-community/regexpp';
import {
  type CharacterSet,
  type CodePointRange,
  characterSet,
  complement,
  digitRanges,
  lineEndRanges,
  lowerOf,
  merged,
  notWordCharacters,
  type PropertyTest,
  spaceRanges,
  wordCharacters,
  wordTest,
} from './character-set.ts';
import { FoldTable } from './fold-table.ts';
import { PatternRefused } from './pattern-refused.ts';
import type { Reading } from './reading.ts';

type Written = AST.CharacterSet | AST.CharacterClass | AST.ExpressionCharacterClass;

/** Characters that are compared as others, in all ranges of one pattern: `[\u0080-\uffff]` has 7,000. */
const maxFoldedMembers = 10_000;
const maxKnown = 256;
const knownProperties = new Map<string, PropertyTest>();
const caseProperty =
  /^\\[pP]\{(?:(?:General_Category|gc)=)?(?:L[ult]|(?:Upper|Lower|Title)case_Letter|Upper(?:case)?|Lower(?:case)?)\}$/;

/** Reads the classes of one pattern. The same class written twice is read once. */
export class ClassReader {
  readonly #reading: Reading;
  readonly #known = new Map<string, CharacterSet>();
  #foldedMembers = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** @throws PatternRefused */
  read(element: Written): CharacterSet {
    const known = this.#known.get(element.raw);
    if (known !== undefined) return known;
    const set = this.#read(element);
    this.#known.set(element.raw, set);
    return set;
  }

  #read(element: Written): CharacterSet {
    if (element.type === 'CharacterSet') return setOf(element);
    if (element.type !== 'CharacterClass')
      throw new PatternRefused('operations on classes are not supported', element.start);
    const singles: number[] = [];
    const spans: CodePointRange[] = [];
    const ranges: CodePointRange[] = [];
    const properties: PropertyTest[] = [];
    for (const part of element.elements) {
      switch (part.type) {
        case 'Character':
          singles.push(part.value);
          break;
        case 'CharacterClassRange':
          spans.push([part.min.value, part.max.value]);
          break;
        case 'CharacterSet':
          if (part.kind === 'property') properties.push(propertyOf(part));
          else if (part.kind === 'word') properties.push(wordTest(part.negate));
          else ranges.push(...rangesOf(part));
          break;
        default:
          throw new PatternRefused('operations on classes are not supported', part.start);
      }
    }
    for (const single of singles) ranges.push(...this.#single(single));
    // Together, so that what is written over and over is folded once.
    const together = merged(spans);
    ranges.push(...together);
    if (together.length > 0) {
      const written = characterSet(ranges, properties);
      ranges.push(...this.#foldedOf(together, written, element));
    }
    if (!element.negate && this.#reading.oneSpace && holdsSpace(ranges)) ranges.push([0x20, 0x20]);
    if (!element.negate && element.elements.length > 0 && properties.length === 0 && ranges.length === 0)
      throw new PatternRefused(`${element.raw} has only characters that are not looked at`, element.start);
    return characterSet(ranges, properties, element.negate);
  }

  /** A character, and what it is compared as: `[é]` is an `e`. None for what does not count. */
  #single(codePoint: number): CodePointRange[] {
    const lower = lowerOf(codePoint);
    const [first, ...more] = this.#reading.fold(codePoint);
    if (first === undefined) return [];
    const own: CodePointRange[] = [
      [codePoint, codePoint],
      [lower, lower],
    ];
    // One place takes one character: what is folded to more cannot stand in a class.
    return more.length === 0 ? [...own, [first, first]] : own;
  }

  /**
   * What the characters of ranges are compared as, where that is not ASCII: a range of another script, or of letters with
   * accents, takes no plain English. A range that then takes hardly anything of what was meant is refused.
   */
  #foldedOf(
    spans: readonly CodePointRange[],
    written: CharacterSet,
    { negate, raw, start }: AST.CharacterClass,
  ) {
    const ranges = new Set<number>();
    const known: boolean[] = [];
    const isWritten = (codePoint: number) => {
      known[codePoint] ??= written.has(codePoint);
      return known[codePoint];
    };
    const table = FoldTable.of(this.#reading.fold);
    for (const [from, to] of spans) {
      let lost = 0;
      for (const { codePoint, folded, isAscii } of table.within(from, to)) {
        this.#foldedMembers += 1;
        if (this.#foldedMembers > maxFoldedMembers)
          throw new PatternRefused(`${raw} has too many characters: write \\p{…} in place of ranges`, start);
        const [first] = folded;
        if (isAscii) {
          if (first === undefined || (codePoint >= 0x80 && !folded.every(isWritten))) lost += 1;
        } else if (first !== undefined && folded.length === 1) ranges.add(first);
      }
      if (!negate && lost * 2 > to - from + 1) throw new PatternRefused(lostIn(raw), start);
    }
    return [...ranges].map((each): CodePointRange => [each, each]);
  }
}

const holdsSpace = (ranges: readonly CodePointRange[]) =>
  ranges.some(([from, to]) => spaceRanges.some(([first, last]) => from <= last && to >= first));

const lostIn = (raw: string) =>
  `${raw} would match next to nothing: characters are compared without accents, width and circles, and invisible ones are not looked at; write the plain letters or digits`;

function setOf(set: AST.CharacterSet): CharacterSet {
  if (set.kind === 'property') return characterSet([], [propertyOf(set)]);
  if (set.kind === 'word') return set.negate ? notWordCharacters : wordCharacters;
  return characterSet(rangesOf(set));
}

function rangesOf(set: AST.AnyCharacterSet | AST.EscapeCharacterSet): readonly CodePointRange[] {
  switch (set.kind) {
    case 'any':
      return complement(lineEndRanges);
    case 'digit':
      return set.negate ? complement(digitRanges) : digitRanges;
    case 'space':
      return set.negate ? complement(spaceRanges) : spaceRanges;
    case 'word':
      return [];
  }
}

function propertyOf({ raw, start }: AST.UnicodePropertyCharacterSet): PropertyTest {
  const known = knownProperties.get(raw);
  if (known !== undefined) return known;
  if (caseProperty.test(raw))
    throw new PatternRefused(`case is not looked at: write \\p{L} in place of ${raw}`, start);
  try {
    const property = { source: raw, expression: new RegExp(raw, 'u') };
    if (knownProperties.size >= maxKnown) knownProperties.clear();
    knownProperties.set(raw, property);
    return property;
  } catch {
    throw new PatternRefused(`${raw} is not known`, start);
  }
}
