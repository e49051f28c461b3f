import { type CharacterSet, wordCharacters } from './character-set.ts';
import type { Program } from './program.ts';
import type { Assertion } from './tree.ts';

/**
 * From which nodes a match can be reached, by what stood before. What an assertion asks of a character is which of `sets`
 * hold it: its kind, one bit for each set. Bit k of `masks[node]` says that behind a character of kind k a match can be
 * reached from there.
 */
export interface LiveMask {
  readonly sets: readonly CharacterSet[];
  readonly masks: Uint32Array;
}

/** With more sets, kinds do not fit into a mask: every node counts as live, and text may be held longer than it must be. */
const maxSets = 4;

/** A match can be reached whatever stood before. */
export const always = 0xffffffff;

/**
 * A thread that no text can bring to a match must not hold text back: behind `a` of `a\bb`, or of `a[]`.
 * Exact for ASCII. Outside of it, a set that may have such characters counts as having some of every kind that there
 * may be, so that nothing that can match is given up.
 */
export function liveMask({ nodes }: Program): LiveMask {
  const sets = assertedSets(nodes.flatMap((node) => (node.kind === 'assertion' ? [node.assertion] : [])));
  const masks = new Uint32Array(nodes.length).fill(always);
  if (sets.length > maxSets) return { sets: [], masks };

  const kinds = 1 << sets.length;
  const edge = kinds;
  const kindsOf = kindsIn(sets);
  const bit = (set: CharacterSet) => 1 << sets.indexOf(set);
  const word = bit(wordCharacters);

  /** `before` is a kind; `after` is a kind, or the edge. Before a node that is asked for, a character was taken. */
  const holds = (assertion: Assertion, before: number, after: number): boolean => {
    const is = (kind: number, bits: number) => kind !== edge && (kind & bits) !== 0;
    switch (assertion.kind) {
      case 'begin':
        return false;
      case 'end':
        return after === edge;
      case 'word':
        return is(before, word) !== is(after, word);
      case 'not-word':
        return is(before, word) === is(after, word);
      case 'not-behind':
        return !is(before, bit(assertion.set));
      case 'not-ahead':
        return !is(after, bit(assertion.set));
    }
  };

  // One cell for each node, kind before, and kind behind or edge: whether a match can be reached.
  const width = kinds * (kinds + 1);
  const reach = new Uint8Array(nodes.length * width);
  const at = (node: number, before: number, after: number) => node * width + before * (kinds + 1) + after;
  masks.fill(0);
  const reaches = (index: number, before: number, after: number): boolean => {
    const node = nodes[index];
    switch (node?.kind) {
      case 'match':
        return true;
      case 'fork':
        return reach[at(node.next, before, after)] === 1 || reach[at(node.other, before, after)] === 1;
      case 'assertion':
        return holds(node.assertion, before, after) && reach[at(node.next, before, after)] === 1;
      case 'set':
        return (
          after !== edge && kindsOf(node.set)[after] === 1 && (((masks[node.next] ?? 0) >>> after) & 1) === 1
        );
      case undefined:
        return false;
    }
  };

  // What follows a node stands before it in the program, loops aside: few rounds are enough.
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = 0; index < nodes.length; index += 1) {
      for (let before = 0; before < kinds; before += 1) {
        for (let after = 0; after <= edge; after += 1) {
          const cell = at(index, before, after);
          if (reach[cell] === 1 || !reaches(index, before, after)) continue;
          reach[cell] = 1;
          masks[index] = (masks[index] ?? 0) | (1 << before);
          changed = true;
        }
      }
    }
  }
  const all = 2 ** kinds - 1;
  return { sets, masks: masks.map((mask) => (mask === all ? always : mask)) };
}

/** The sets that assertions ask for, each once. */
export function assertedSets(assertions: readonly Assertion[]): CharacterSet[] {
  const byKey = new Map<string, CharacterSet>();
  for (const assertion of assertions) {
    if (assertion.kind === 'begin' || assertion.kind === 'end') continue;
    const set = 'set' in assertion ? assertion.set : wordCharacters;
    byKey.set(set.key, byKey.get(set.key) ?? set);
  }
  return [...byKey.values()];
}

/** Which kinds of characters a set has: one byte for each kind. */
function kindsIn(sets: readonly CharacterSet[]): (set: CharacterSet) => Uint8Array {
  const ascii = Uint8Array.from({ length: 0x80 }, (_, codePoint) =>
    sets.reduce((kind, set, i) => kind | (set.has(codePoint) ? 1 << i : 0), 0),
  );
  const beyond = Array.from({ length: 1 << sets.length }, (_, kind) => kind).filter((kind) =>
    sets.every((set, i) => set.beyondAscii || ((kind >> i) & 1) === 0),
  );
  const word = sets.indexOf(wordCharacters);
  const known = new Map<string, Uint8Array>();
  return (set) => {
    const before = known.get(set.key);
    if (before !== undefined) return before;
    const kinds = new Uint8Array(1 << sets.length);
    // Where nothing is asked there is one kind, and what such a set holds is of it.
    if (sets.length > 0 || !set.beyondAscii)
      ascii.forEach((kind, codePoint) => {
        if (kinds[kind] === 0 && set.has(codePoint)) kinds[kind] = 1;
      });
    if (set.beyondAscii)
      for (const kind of beyond)
        if (set.words === undefined || word < 0 || set.words === ((kind & (1 << word)) !== 0))
          kinds[kind] = 1;
    known.set(set.key, kinds);
    return kinds;
  };
}
