import type { AST } from '@eslint-community/regexpp';
import {
  type CharacterSet,
  type CodePointRange,
  characterSet,
  complement,
  digitRanges,
  lineEndRanges,
  lowerOf,
  type PropertyTest,
  spaceRanges,
  wordRanges,
} from './character-set.ts';
import { PatternRefused } from './pattern-refused.ts';
import type { Tree } from './tree.ts';

/** What one character of a text is compared as: none, one or more. */
export type Fold = (codePoint: number) => readonly number[];

export interface TreeOptions {
  readonly lookaround: boolean;
  readonly fold: Fold | undefined;
}

/** Groups in groups. */
const maxNesting = 50;

/** Characters of a range that are folded one by one. Longer ranges are whole scripts, and stay as they are. */
const maxFoldedRange = 1024;

const maxKnownProperties = 256;
const knownProperties = new Map<string, PropertyTest>();

/** @throws PatternRefused */
export function treeOf(pattern: AST.Pattern, { lookaround, fold }: TreeOptions): Tree {
  const alternatives = (parts: readonly AST.Alternative[], depth: number): Tree => {
    const trees = parts.map((part): Tree => {
      const elements = part.elements.map((element) => elementOf(element, depth));
      return elements.length === 1 && elements[0] ? elements[0] : { kind: 'sequence', parts: elements };
    });
    return trees.length === 1 && trees[0] ? trees[0] : { kind: 'choice', parts: trees };
  };

  const elementOf = (element: AST.Element, depth: number): Tree => {
    if (depth > maxNesting) {
      throw new PatternRefused(`the pattern is nested deeper than ${maxNesting}`, element.start);
    }
    switch (element.type) {
      case 'Character':
        return characterOf(element.value, fold);
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
        return { kind: 'set', set: setOf(element, fold) };
      case 'Group':
        if (element.modifiers) throw new PatternRefused('modifiers are not supported', element.start);
        return alternatives(element.alternatives, depth + 1);
      case 'CapturingGroup':
        return alternatives(element.alternatives, depth + 1);
      case 'Quantifier':
        return {
          kind: 'repeat',
          part: elementOf(element.element, depth),
          min: element.min,
          max: element.max,
        };
      case 'Backreference':
        throw new PatternRefused('back references are not supported', element.start);
      case 'Assertion':
        return assertionOf(element);
    }
  };

  const assertionOf = (element: AST.Assertion): Tree => {
    switch (element.kind) {
      case 'start':
        return { kind: 'assertion', assertion: { kind: 'begin' } };
      case 'end':
        return { kind: 'assertion', assertion: { kind: 'end' } };
      case 'word':
        return { kind: 'assertion', assertion: { kind: element.negate ? 'not-word' : 'word' } };
      default: {
        const only = element.alternatives.length === 1 ? element.alternatives[0]?.elements : undefined;
        const single = only?.length === 1 ? only[0] : undefined;
        const set =
          lookaround && element.negate && single !== undefined ? setOrNothing(single, fold) : undefined;
        if (set === undefined) throw new PatternRefused('lookarounds are not supported', element.start);
        const kind = element.kind === 'lookahead' ? 'not-ahead' : 'not-behind';
        return { kind: 'assertion', assertion: { kind, set } };
      }
    }
  };

  return alternatives(pattern.alternatives, 1);
}

function characterOf(codePoint: number, fold: Fold | undefined): Tree {
  const lower = lowerOf(codePoint);
  const folded = fold === undefined ? [lower] : fold(codePoint);
  const [first, ...more] = folded;
  const set = (...codePoints: number[]): Tree => ({
    kind: 'set',
    set: characterSet(codePoints.map((each) => [each, each])),
  });
  // What does not count in texts does not count in patterns.
  if (first === undefined) return { kind: 'sequence', parts: [] };
  if (more.length === 0) return set(lower, first);
  return {
    kind: 'choice',
    parts: [set(lower), { kind: 'sequence', parts: folded.map((each) => set(each)) }],
  };
}

function setOrNothing(element: AST.Element, fold: Fold | undefined): CharacterSet | undefined {
  switch (element.type) {
    case 'CharacterSet':
    case 'CharacterClass':
      return setOf(element, fold);
    case 'Character': {
      const tree = characterOf(element.value, fold);
      return tree.kind === 'set' ? tree.set : undefined;
    }
    default:
      return undefined;
  }
}

function setOf(
  element: AST.CharacterSet | AST.CharacterClass | AST.ExpressionCharacterClass,
  fold: Fold | undefined,
): CharacterSet {
  const ranges: CodePointRange[] = [];
  const properties: PropertyTest[] = [];
  const add = (part: AST.CharacterSet | AST.CharacterClassElement): void => {
    switch (part.type) {
      case 'Character':
        ranges.push(...foldedRange(part.value, part.value, fold));
        return;
      case 'CharacterClassRange':
        ranges.push(...foldedRange(part.min.value, part.max.value, fold));
        return;
      case 'CharacterSet':
        if (part.kind === 'property') properties.push(propertyOf(part));
        else ranges.push(...rangesOf(part));
        return;
      default:
        throw new PatternRefused('operations on classes are not supported', part.start);
    }
  };
  if (element.type === 'CharacterSet') add(element);
  else if (element.type === 'CharacterClass') element.elements.forEach(add);
  else throw new PatternRefused('operations on classes are not supported', element.start);
  return characterSet(ranges, properties, element.type === 'CharacterClass' && element.negate);
}

/** The range, and what its characters are folded to. Sets take upper case for lower by themselves. */
function foldedRange(from: number, to: number, fold: Fold | undefined): CodePointRange[] {
  const ranges: CodePointRange[] = [[from, to]];
  if (from === to) ranges.push([lowerOf(from), lowerOf(from)]);
  if (fold === undefined || to - from >= maxFoldedRange) return ranges;
  for (let codePoint = from; codePoint <= to; codePoint += 1) {
    const [first, ...more] = fold(codePoint);
    // One place takes one character: what is folded to more cannot stand in a class.
    if (first !== undefined && more.length === 0) ranges.push([first, first]);
  }
  return ranges;
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
      return set.negate ? complement(wordRanges) : wordRanges;
  }
}

function propertyOf({ raw, start }: AST.UnicodePropertyCharacterSet): PropertyTest {
  const known = knownProperties.get(raw);
  if (known !== undefined) return known;
  try {
    const property = { source: raw, expression: new RegExp(raw, 'u') };
    if (knownProperties.size >= maxKnownProperties) knownProperties.clear();
    knownProperties.set(raw, property);
    return property;
  } catch {
    throw new PatternRefused(`${raw} is not known`, start);
  }
}
