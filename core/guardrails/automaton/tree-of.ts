import type { AST } from '@eslint-community/regexpp';
import { type CharacterSet, characterSet, lowerOf } from './character-set.ts';
import { ClassReader } from './class-set.ts';
import { PatternRefused } from './pattern-refused.ts';
import type { Reading } from './reading.ts';
import type { Tree } from './tree.ts';

export interface TreeOptions {
  readonly lookaround: boolean;
  readonly reading: Reading;
}

/** Groups in groups. */
const maxNesting = 50;

/** @throws PatternRefused */
export function treeOf(pattern: AST.Pattern, { lookaround, reading }: TreeOptions): Tree {
  const classes = new ClassReader(reading);

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
        return characterOf(element.value, reading);
      case 'CharacterSet':
      case 'CharacterClass':
      case 'ExpressionCharacterClass':
        return { kind: 'set', set: classes.read(element) };
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
        const set = lookaround && element.negate && single !== undefined ? setOrNothing(single) : undefined;
        if (set === undefined) throw new PatternRefused('lookarounds are not supported', element.start);
        const kind = element.kind === 'lookahead' ? 'not-ahead' : 'not-behind';
        return { kind: 'assertion', assertion: { kind, set } };
      }
    }
  };

  const setOrNothing = (element: AST.Element): CharacterSet | undefined => {
    switch (element.type) {
      case 'CharacterSet':
      case 'CharacterClass':
        return classes.read(element);
      case 'Character': {
        const tree = characterOf(element.value, reading);
        return tree.kind === 'set' ? tree.set : undefined;
      }
      default:
        return undefined;
    }
  };

  return alternatives(pattern.alternatives, 1);
}

function characterOf(codePoint: number, { fold, looks }: Reading): Tree {
  const lower = lowerOf(codePoint);
  const folded = fold(codePoint);
  const like = looks(codePoint);
  const set = (...codePoints: readonly number[]): Tree => ({
    kind: 'set',
    set: characterSet(codePoints.map((each) => [each, each])),
  });
  // What does not count in texts does not count in patterns.
  if (folded.length === 0) return { kind: 'sequence', parts: [] };
  if (folded.length === 1) return set(lower, ...folded, ...like);
  const apart = folded.map((each, n) => set(each, like[n] ?? each));
  return { kind: 'choice', parts: [set(lower), { kind: 'sequence', parts: apart }] };
}
