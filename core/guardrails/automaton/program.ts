import type { CharacterSet } from './character-set.ts';
import type { Assertion, Tree } from './tree.ts';

/** One node of Thompson's automaton. Numbers are places in the program. */
export type ProgramNode =
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'fork'; next: number; readonly other: number }
  | { readonly kind: 'match' };

/** One pattern, repetitions written out. Node 0 is the match. */
export interface Program {
  readonly nodes: readonly ProgramNode[];
  readonly begin: number;
}

/**
 * Writes a tree out, from its end to its begin, so that every node knows what follows it. Forks have no order: all ends
 * of a match are told, so whether a repetition is greedy makes no difference.
 * Source: K. Thompson, Regular expression search algorithm, CACM 11 (1968).
 */
export function programOf(tree: Tree): Program {
  const nodes: ProgramNode[] = [{ kind: 'match' }];
  const add = (node: ProgramNode) => nodes.push(node) - 1;

  const write = (part: Tree, next: number): number => {
    switch (part.kind) {
      case 'set':
        return add({ kind: 'set', set: part.set, next });
      case 'assertion':
        return add({ kind: 'assertion', assertion: part.assertion, next });
      case 'sequence':
        return part.parts.reduceRight((behind, each) => write(each, behind), next);
      case 'choice':
        return part.parts
          .map((each) => write(each, next))
          .reduceRight((other, each) => add({ kind: 'fork', next: each, other }));
      case 'repeat':
        return repeat(part.part, part.min, part.max, next);
    }
  };

  const repeat = (part: Tree, min: number, max: number, next: number): number => {
    let begin = next;
    let copies = min;
    if (max === Infinity) {
      const loop: ProgramNode = { kind: 'fork', next, other: next };
      const at = add(loop);
      loop.next = write(part, at);
      // The loop is the last of the copies that must be there.
      begin = min > 0 ? loop.next : at;
      copies = Math.max(0, min - 1);
    } else {
      for (let i = min; i < max; i += 1) begin = add({ kind: 'fork', next: write(part, begin), other: next });
    }
    for (let i = 0; i < copies; i += 1) begin = write(part, begin);
    return begin;
  };

  const begin = write(tree, 0);
  return { nodes, begin };
}
