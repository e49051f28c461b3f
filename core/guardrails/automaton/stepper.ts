import type { Alphabet } from './alphabet.ts';
import { edge } from './alphabet.ts';
import { always } from './live-mask.ts';
import { type Network, op } from './network.ts';
import type { State } from './state.ts';

/** Numbers that known births may take, each with its key: 1 MB at most. */
const maxBirthCells = 100_000;
const cellsOfBirth = 16;

/** Finds where threads go on one character. What it found stands in its fields until the next step. */
export class Stepper {
  /** Nodes of the groups, group by group, and where each group ends: the first `nodeCount` and `groupCount`. */
  readonly nodes: Uint16Array;
  readonly ends: Uint16Array;
  /** By group, the one that is born aside: which group of the state before it was. */
  readonly from: Uint16Array;
  nodeCount = 0;
  groupCount = 0;
  born = false;
  matches: number[] = [];
  /** Nodes looked at so far: what steps cost, told without a clock. */
  work = 0;

  readonly #network: Network;
  readonly #stack: Uint16Array;
  readonly #seen: Int32Array;
  readonly #reached: Int32Array;
  #round = 0;
  #births = new Map<number, Uint16Array>();
  #birthsOf: Alphabet | undefined;
  #birthCells = 0;

  constructor(network: Network) {
    const size = network.ops.length;
    this.#network = network;
    this.nodes = new Uint16Array(size);
    this.ends = new Uint16Array(size + 1);
    this.from = new Uint16Array(size + 1);
    this.#stack = new Uint16Array(size);
    this.#seen = new Int32Array(size);
    this.#reached = new Int32Array(size);
  }

  /** Each node is looked at once at most, whatever the state: the work is bounded by the size of the network. */
  step(state: State, cls: number, alphabet: Alphabet): void {
    this.nodeCount = 0;
    this.groupCount = 0;
    this.born = false;
    this.matches = [];
    // Before the threads, since finding births takes rounds of its own.
    const births = cls === edge ? undefined : this.#birthsAt(state, cls, alphabet);
    this.#nextRound();
    let node = 0;
    for (let group = 0; group < state.ends.length; group += 1) {
      const before = this.nodeCount;
      for (const end = state.ends[group] ?? 0; node < end; node += 1) {
        this.#follow(state.nodes[node] ?? 0, group, state, cls, alphabet);
      }
      this.#close(before, group);
    }
    if (births !== undefined) {
      const before = this.nodeCount;
      for (const target of births) this.#reach(target);
      this.born = this.nodeCount > before;
      this.#close(before, 0);
    }
  }

  /** Where threads go that begin before this character: one answer for each kind before and class behind. */
  #birthsAt(state: State, cls: number, alphabet: Alphabet): Uint16Array {
    if (this.#birthsOf !== alphabet || this.#birthCells >= maxBirthCells) {
      this.#births = new Map();
      this.#birthCells = 0;
      this.#birthsOf = alphabet;
    }
    const key = state.beforeKind * 0x10000 + cls;
    const known = this.#births.get(key);
    if (known !== undefined) return known;
    this.#nextRound();
    for (const begin of this.#network.begins) this.#follow(begin, 0, state, cls, alphabet);
    const found = this.nodes.slice(0, this.nodeCount);
    this.nodeCount = 0;
    this.#births.set(key, found);
    this.#birthCells += found.length + cellsOfBirth;
    return found;
  }

  #nextRound(): void {
    this.#round += 1;
    if (this.#round < 0x7fffffff) return;
    this.#seen.fill(0);
    this.#reached.fill(0);
    this.#round = 1;
  }

  #close(before: number, from: number): void {
    if (this.nodeCount === before) return;
    // One order for the same nodes, so that the same threads are the same state.
    if (this.nodeCount > before + 1) this.nodes.subarray(before, this.nodeCount).sort();
    this.ends[this.groupCount] = this.nodeCount;
    this.from[this.groupCount] = from;
    this.groupCount += 1;
  }

  #reach(node: number): void {
    if (this.#reached[node] === this.#round) return;
    this.#reached[node] = this.#round;
    this.nodes[this.nodeCount] = node;
    this.nodeCount += 1;
  }

  #follow(begin: number, group: number, state: State, cls: number, alphabet: Alphabet): void {
    const { ops, next, argument } = this.#network;
    const stack = this.#stack;
    const seen = this.#seen;
    const round = this.#round;
    if (seen[begin] === round) return;
    seen[begin] = round;
    stack[0] = begin;
    let height = 1;
    while (height > 0) {
      height -= 1;
      const node = stack[height] ?? 0;
      const after = next[node] ?? 0;
      const asked = argument[node] ?? 0;
      this.work += 1;
      let goesOn = false;
      switch (ops[node]) {
        case op.set:
          if (cls !== edge && alphabet.has(cls, asked) && this.#isLive(after, cls, alphabet))
            this.#reach(after);
          break;
        case op.fork:
          if (seen[asked] !== round) {
            seen[asked] = round;
            stack[height] = asked;
            height += 1;
          }
          goesOn = true;
          break;
        case op.match:
          this.matches.push(asked, group);
          break;
        case op.begin:
          goesOn = state.before === edge;
          break;
        case op.end:
          goesOn = cls === edge;
          break;
        case op.word:
          goesOn = this.#isBoundary(state, cls, alphabet);
          break;
        case op.notWord:
          goesOn = !this.#isBoundary(state, cls, alphabet);
          break;
        case op.notBehind:
          goesOn = !alphabet.has(state.before, asked);
          break;
        case op.notAhead:
          goesOn = !alphabet.has(cls, asked);
          break;
      }
      if (goesOn && seen[after] !== round) {
        seen[after] = round;
        stack[height] = after;
        height += 1;
      }
    }
  }

  #isBoundary(state: State, cls: number, alphabet: Alphabet): boolean {
    const { wordSet } = this.#network;
    return alphabet.has(state.before, wordSet) !== alphabet.has(cls, wordSet);
  }

  /** Whether a thread can still come to a match that waits at this node, behind a character of this class. */
  #isLive(node: number, cls: number, alphabet: Alphabet): boolean {
    const mask = this.#network.live[node] ?? 0;
    if (mask === always) return true;
    if (mask === 0) return false;
    const sets = this.#network.liveSets[this.#network.pattern[node] ?? 0];
    let kind = 0;
    sets?.forEach((set, i) => {
      if (alphabet.has(cls, set)) kind |= 1 << i;
    });
    return ((mask >>> kind) & 1) === 1;
  }
}
