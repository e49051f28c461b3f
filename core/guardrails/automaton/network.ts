import { type CharacterSet, wordCharacters } from './character-set.ts';
import { assertedSets } from './live-mask.ts';
import type { Pattern } from './pattern.ts';
import type { Assertion } from './tree.ts';

/** What a node does. */
export const op = {
  set: 0,
  fork: 1,
  match: 2,
  begin: 3,
  end: 4,
  word: 5,
  notWord: 6,
  notBehind: 7,
  notAhead: 8,
} as const;

const assertionOps = {
  begin: op.begin,
  end: op.end,
  word: op.word,
  'not-word': op.notWord,
  'not-behind': op.notBehind,
  'not-ahead': op.notAhead,
} as const satisfies Record<Assertion['kind'], number>;

/** Nodes of all patterns together: their numbers are kept in 16 bits, and the last of those means something else. */
export const maxNetworkNodes = 0xfff0;

/** The programs of all patterns in one row of numbers. */
export interface Network {
  /** By node: what it does (`op`), what follows, and the other way of a fork, a set's number, or a match's pattern. */
  readonly ops: Uint8Array;
  readonly next: Uint16Array;
  readonly argument: Uint16Array;
  /** By node: which pattern it is of, and its live mask. */
  readonly pattern: Uint16Array;
  readonly live: Uint32Array;
  /** By pattern: where it begins, and the numbers of the sets whose answers are the bits of its live masks. */
  readonly begins: Uint16Array;
  readonly liveSets: readonly Uint16Array[];
  /** Every set that any pattern asks for, and the numbers of those that assertions ask for. */
  readonly sets: readonly CharacterSet[];
  readonly assertedSets: Uint16Array;
  readonly wordSet: number;
}

/** @throws RangeError with more nodes than numbers */
export function networkOf(patterns: readonly Pattern[]): Network {
  const total = patterns.reduce((sum, { program }) => sum + program.nodes.length, 0);
  if (total > maxNetworkNodes) throw new RangeError(`${total} nodes, ${maxNetworkNodes} are allowed`);
  const ops = new Uint8Array(total);
  const next = new Uint16Array(total);
  const argument = new Uint16Array(total);
  const pattern = new Uint16Array(total);
  const live = new Uint32Array(total);
  const sets: CharacterSet[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (set: CharacterSet) => {
    const known = numbers.get(set.key);
    if (known !== undefined) return known;
    numbers.set(set.key, sets.length);
    return sets.push(set) - 1;
  };
  const wordSet = numberOf(wordCharacters);

  const asserted: Assertion[] = [];
  const begins = new Uint16Array(patterns.length);
  let offset = 0;
  patterns.forEach((each, index) => {
    each.program.nodes.forEach((node, i) => {
      const at = offset + i;
      pattern[at] = index;
      live[at] = each.live.masks[i] ?? 0;
      if (node.kind !== 'match') next[at] = offset + node.next;
      switch (node.kind) {
        case 'set':
          ops[at] = op.set;
          argument[at] = numberOf(node.set);
          break;
        case 'fork':
          ops[at] = op.fork;
          argument[at] = offset + node.other;
          break;
        case 'match':
          ops[at] = op.match;
          argument[at] = index;
          break;
        case 'assertion':
          asserted.push(node.assertion);
          ops[at] = assertionOps[node.assertion.kind];
          argument[at] = 'set' in node.assertion ? numberOf(node.assertion.set) : 0;
          break;
      }
    });
    begins[index] = offset + each.program.begin;
    offset += each.program.nodes.length;
  });
  return {
    ops,
    next,
    argument,
    pattern,
    live,
    begins,
    liveSets: patterns.map((each) => Uint16Array.from(each.live.sets, numberOf)),
    assertedSets: Uint16Array.from(assertedSets(asserted), numberOf),
    sets,
    wordSet,
  };
}
