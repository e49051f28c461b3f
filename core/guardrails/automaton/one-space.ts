import { type CharacterSet, characterSet } from './character-set.ts';
import { measureTree } from './measure-tree.ts';
import { PatternRefused } from './pattern-refused.ts';
import type { Tree } from './tree.ts';

const space: Tree = { kind: 'set', set: characterSet([[0x20, 0x20]]) };

/**
 * For texts in which any stretch of white space is one space, with none at the ends: `a\nb`, `a\s{2,}b` and two spaces
 * all mean that one. Its size is never more than before.
 *
 * @throws PatternRefused for white space that must stand before the begin or behind the end
 */
export function withOneSpace(tree: Tree): Tree {
  if (isSpaces(tree)) return oneOf(tree);
  switch (tree.kind) {
    case 'sequence':
      return sequence(tree.parts.flatMap(flat));
    case 'choice':
      return { kind: 'choice', parts: tree.parts.map(withOneSpace) };
    case 'repeat':
      return { ...tree, part: withOneSpace(tree.part) };
    default:
      return tree;
  }
}

function sequence(parts: readonly Tree[]): Tree {
  const out: Tree[] = [];
  for (let n = 0; n < parts.length; ) {
    let behind = n;
    while (isSpacesAt(parts, behind)) behind += 1;
    if (behind > n) {
      const run = oneOf({ kind: 'sequence', parts: parts.slice(n, behind) });
      if (run === space && (isEdge(parts[n - 1], 'begin') || isEdge(parts[behind], 'end')))
        throw new PatternRefused(
          'a text neither begins nor ends with white space: leave it out beside ^ and $',
        );
      out.push(run);
      n = behind;
    } else {
      const part = parts[n];
      if (part) out.push(withOneSpace(part));
      n += 1;
    }
  }
  return { kind: 'sequence', parts: out };
}

const flat = (tree: Tree): readonly Tree[] => (tree.kind === 'sequence' ? tree.parts.flatMap(flat) : [tree]);
const isEdge = (tree: Tree | undefined, kind: 'begin' | 'end') =>
  tree?.kind === 'assertion' && tree.assertion.kind === kind;
const isEmpty = (tree: Tree) => tree.kind === 'sequence' && tree.parts.length === 0;
const isSpacesAt = (parts: readonly Tree[], at: number) => {
  const part = parts[at];
  return part !== undefined && isSpaces(part);
};

const oneOf = (spaces: Tree): Tree =>
  measureTree(spaces).minLength > 0 ? space : { kind: 'repeat', part: space, min: 0, max: 1 };

/** Whether it takes white space and nothing else. */
function isSpaces(tree: Tree): boolean {
  switch (tree.kind) {
    case 'set':
      return isSpace(tree.set);
    case 'assertion':
      return false;
    case 'sequence':
      return tree.parts.length > 0 && tree.parts.every(isSpaces);
    case 'choice':
      return tree.parts.some(isSpaces) && tree.parts.every((part) => isSpaces(part) || isEmpty(part));
    case 'repeat':
      return tree.max > 0 && isSpaces(tree.part);
  }
}

const isSpace = ({ spaceAlone }: CharacterSet) => spaceAlone;
