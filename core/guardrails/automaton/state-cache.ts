import type { Alphabet } from './alphabet.ts';
import { edge } from './alphabet.ts';
import type { State, Transition } from './state.ts';
import type { Stepper } from './stepper.ts';

/** Numbers that a cache may hold in its states and transitions, of 8 bytes at most: 4 MB. */
const maxCells = 500_000;
const cellsOfState = 24;
const cellsOfTransition = 12;
const noNumbers = new Uint16Array(0);

/** Where a reader has one state that nobody keeps: there may be one for each character, and they would all be garbage. */
export interface Room {
  readonly nodes: Uint16Array;
  readonly ends: Uint16Array;
  readonly from: Uint16Array;
}

/** States that were met and what characters do in them, until it is full. A full one is thrown away as a whole. */
export class StateCache {
  readonly alphabet: Alphabet;
  /** Before the first character. */
  readonly begin: State;
  readonly #stepper: Stepper;
  readonly #states = new Map<string, State>();
  readonly #maxStates: number;
  #cells = 0;

  constructor(stepper: Stepper, maxStates: number, alphabet: Alphabet) {
    this.#stepper = stepper;
    this.#maxStates = maxStates;
    this.alphabet = alphabet;
    this.begin = this.state(noNumbers, noNumbers, edge);
  }

  get isFull(): boolean {
    return this.#states.size >= this.#maxStates || this.#cells >= maxCells;
  }

  get size(): number {
    return this.#states.size;
  }

  /** @param before class of the character before. The arrays are kept. */
  state(nodes: Uint16Array, ends: Uint16Array, before: number): State {
    const beforeKind = this.alphabet.kindOf(before);
    const key = keyOf(nodes, ends, beforeKind);
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const made: State = { nodes, ends, before, beforeKind, transitions: [] };
    this.#states.set(key, made);
    // The key holds the same numbers once more; transitions get a place for each class.
    this.#cells += cellsOfState + nodes.length + ends.length + this.alphabet.size;
    return made;
  }

  /** Numbers that are held. */
  get cells(): number {
    return this.#cells;
  }

  /** For a reader that goes on without keeping what it meets. */
  room(): Room {
    const { nodes, ends, from } = this.#stepper;
    const of = (like: Uint16Array) => new Uint16Array(like.length);
    return { nodes: of(nodes), ends: of(ends), from: of(from) };
  }

  /** The same as `transition`, which is not found again: it stands in the room, up to the next one. */
  passing(state: State, cls: number, room: Room): Transition {
    const stepper = this.#stepper;
    stepper.step(state, cls, this.alphabet);
    const { nodeCount, groupCount, born, matches } = stepper;
    const old = born ? groupCount - 1 : groupCount;
    copy(stepper.nodes, room.nodes, nodeCount);
    copy(stepper.ends, room.ends, groupCount);
    copy(stepper.from, room.from, old);
    const next: State = {
      nodes: room.nodes.subarray(0, nodeCount),
      ends: room.ends.subarray(0, groupCount),
      before: cls,
      beforeKind: this.alphabet.kindOf(cls),
      transitions: [],
    };
    return {
      state: next,
      from: room.from.subarray(0, old),
      kept: keptOf(room.from, old),
      born,
      matches: matches.length === 0 ? undefined : Uint16Array.from(matches),
    };
  }

  /** What a character of this class does. It is found in the state from now on. */
  transition(state: State, cls: number): Transition {
    const stepper = this.#stepper;
    stepper.step(state, cls, this.alphabet);
    const { nodeCount, groupCount, born } = stepper;
    const nodes = nodeCount === 0 ? noNumbers : stepper.nodes.slice(0, nodeCount);
    const ends = groupCount === 0 ? noNumbers : stepper.ends.slice(0, groupCount);
    const old = born ? groupCount - 1 : groupCount;
    const from = old === 0 ? noNumbers : stepper.from.slice(0, old);
    const kept = keptOf(from, old);
    const matches = stepper.matches.length === 0 ? undefined : Uint16Array.from(stepper.matches);
    const next = this.state(nodes, ends, cls);
    const transition: Transition = { state: next, from, kept, born, matches };
    while (state.transitions.length <= cls) state.transitions.push(undefined);
    state.transitions[cls] = transition;
    this.#cells += cellsOfTransition + from.length + (matches?.length ?? 0);
    return transition;
  }
}

/** Groups that keep their place, from the first. */
function keptOf(from: Uint16Array, count: number): number {
  let kept = 0;
  while (kept < count && from[kept] === kept) kept += 1;
  return kept;
}

function copy(from: Uint16Array, to: Uint16Array, count: number): void {
  for (let i = 0; i < count; i += 1) to[i] = from[i] ?? 0;
}

/** Numbers of 16 bits as the units of a text: the quickest thing to look up that there is. */
function keyOf(nodes: Uint16Array, ends: Uint16Array, kind: number): string {
  let key = String.fromCharCode(kind, ends.length);
  // As arguments, in pieces that fit onto the stack.
  for (const numbers of [ends, nodes]) {
    for (let i = 0; i < numbers.length; i += 4096) {
      key += String.fromCharCode(...numbers.subarray(i, i + 4096));
    }
  }
  return key;
}
