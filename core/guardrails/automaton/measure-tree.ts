import type { Tree } from './tree.ts';

export interface Measure {
  /** Places that take a character or assert something, with repetitions written out. An empty way counts as one. */
  readonly size: number;
  /** The same and all forks between them. */
  readonly nodes: number;
  /** Characters of the shortest and of the longest match. */
  readonly minLength: number;
  readonly maxLength: number;
}

const empty: Measure = { size: 0, nodes: 0, minLength: 0, maxLength: 0 };

/** What a tree comes to when it is written out, reckoned without doing so: the numbers of repetitions are multiplied. */
export function measureTree(tree: Tree): Measure {
  switch (tree.kind) {
    case 'set':
      return { size: 1, nodes: 1, minLength: 1, maxLength: 1 };
    case 'assertion':
      return { size: 1, nodes: 1, minLength: 0, maxLength: 0 };
    case 'sequence': {
      const sum = tree.parts.map(measureTree).reduce(
        (all, part) => ({
          size: all.size + part.size,
          nodes: all.nodes + part.nodes,
          minLength: all.minLength + part.minLength,
          maxLength: all.maxLength + part.maxLength,
        }),
        empty,
      );
      return { ...sum, size: Math.max(1, sum.size) };
    }
    case 'choice': {
      const parts = tree.parts.map(measureTree);
      return {
        size: parts.reduce((sum, part) => sum + part.size, 0),
        nodes: parts.reduce((sum, part) => sum + part.nodes, parts.length - 1),
        minLength: Math.min(...parts.map((part) => part.minLength)),
        maxLength: Math.max(...parts.map((part) => part.maxLength)),
      };
    }
    case 'repeat': {
      const part = measureTree(tree.part);
      // Without an upper bound, the last copy is a loop.
      const copies = Number.isFinite(tree.max) ? tree.max : Math.max(1, tree.min);
      const forks = Number.isFinite(tree.max) ? tree.max - tree.min : 1;
      return {
        size: Math.max(1, copies * part.size),
        nodes: copies * part.nodes + forks,
        minLength: tree.min * part.minLength,
        // A repetition without end of what is empty is empty.
        maxLength: part.maxLength === 0 || tree.max === 0 ? 0 : tree.max * part.maxLength,
      };
    }
  }
}
