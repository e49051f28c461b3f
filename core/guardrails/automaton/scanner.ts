import { edge } from './alphabet.ts';
import type { State, Transition } from './state.ts';
import type { Room, StateCache } from './state-cache.ts';

/** Reads one text. */
export interface Scanner {
  /**
   * Takes the next character, folded. `position` is where it stands by the caller's own counting, never less than
   * before. What ends before it is told now: whether a match ends may depend on what follows.
   */
  step(codePoint: number, position: number): void;
  /** The text is over, at `position`: what ends here is told. Only `reset` may follow. */
  end(position: number): void;
  /** The smallest position where a match begins that is not over or not yet told, or Infinity. */
  readonly oldest: number;
  /** Back to before the first character. */
  reset(): void;
}

/**
 * Told of every end of every match: the pattern's place in the list, the position of the match's first character, and
 * that of the first character behind it, or of the end. Of matches that end at one place, only the leftmost is told.
 * It must not use the scanner.
 */
export type OnMatch = (pattern: number, start: number, end: number) => void;

/** Whose states scanners go through. A full cache is replaced by an empty one. */
export interface StateSource {
  cache: StateCache;
  renew(wholly: boolean): void;
}

/**
 * A text that meets new states at so many characters goes on without keeping them, for a while: looked at whenever it has
 * added so many states, or numbers in them.
 */
const missesToGiveUp = 512;
const cellsToGiveUp = 64_000;
const stepsForEachMiss = 4;
const stepsWithoutKeeping = 4096;

export class LazyScanner implements Scanner {
  readonly #source: StateSource;
  readonly #onMatch: OnMatch;
  #cache: StateCache;
  #ascii: Uint16Array;
  #state: State;
  /** By group of the state: where it began. Entries behind those are of no meaning. */
  readonly #starts: number[] = [];
  /** The character before, or -1. */
  #previous = -1;
  #steps = 0;
  #misses = 0;
  #cells = 0;
  #keepFrom = 0;
  #room: Room | undefined;

  constructor(source: StateSource, onMatch: OnMatch) {
    this.#source = source;
    this.#onMatch = onMatch;
    this.#cache = source.cache;
    this.#ascii = source.cache.alphabet.ascii;
    this.#state = source.cache.begin;
  }

  get oldest(): number {
    return this.#state.ends.length === 0 ? Infinity : (this.#starts[0] ?? Infinity);
  }

  reset(): void {
    this.#use(this.#source.cache);
    this.#state = this.#cache.begin;
    this.#previous = -1;
  }

  step(codePoint: number, position: number): void {
    const cls = codePoint < 0x80 ? (this.#ascii[codePoint] ?? 0) : this.#cache.alphabet.classOf(codePoint);
    // There are no transitions over an edge but at the end.
    const known = cls === edge ? undefined : this.#state.transitions[cls];
    this.#steps += 1;
    this.#go(known ?? this.#meet(codePoint), position);
    this.#previous = codePoint;
  }

  end(position: number): void {
    this.#go(this.#state.transitions[edge] ?? this.#meet(undefined), position);
  }

  #go(transition: Transition, position: number): void {
    const { from, kept, matches } = transition;
    const starts = this.#starts;
    if (matches !== undefined) {
      for (let i = 0; i < matches.length; i += 2) {
        this.#onMatch(matches[i] ?? 0, starts[matches[i + 1] ?? 0] ?? 0, position);
      }
    }
    // A group goes to its own place or to one before: nothing is overwritten that is still needed.
    const count = from.length;
    for (let i = kept; i < count; i += 1) starts[i] = starts[from[i] ?? 0] ?? 0;
    if (transition.born) starts[count] = position;
    this.#state = transition.state;
  }

  /** A transition that was not there. `undefined` is the end of the text. */
  #meet(codePoint: number | undefined): Transition {
    const source = this.#source;
    const keep = this.#keeps();
    if (keep && source.cache.isFull) source.renew(false);
    this.#use(source.cache);
    let cls = codePoint === undefined ? edge : this.#cache.alphabet.classOf(codePoint);
    if (codePoint !== undefined && cls === edge) {
      source.renew(true);
      this.#use(source.cache);
      cls = this.#cache.alphabet.classOf(codePoint);
    }
    const known = this.#state.transitions[cls];
    if (known) return known;
    if (!keep) {
      this.#room ??= this.#cache.room();
      return this.#cache.passing(this.#state, cls, this.#room);
    }
    const before = this.#cache.cells;
    const made = this.#cache.transition(this.#state, cls);
    this.#cells += this.#cache.cells - before;
    return made;
  }

  /** A text made to meet ever new states must not push out those that other texts live on. */
  #keeps(): boolean {
    if (this.#steps < this.#keepFrom) return false;
    this.#misses += 1;
    if (this.#misses < missesToGiveUp && this.#cells < cellsToGiveUp) return true;
    const often = this.#steps - this.#keepFrom < this.#misses * stepsForEachMiss;
    this.#misses = 0;
    this.#cells = 0;
    this.#keepFrom = often ? this.#steps + stepsWithoutKeeping : this.#steps;
    return !often;
  }

  /** Goes on in another cache where this one was left. */
  #use(cache: StateCache): void {
    if (cache === this.#cache) return;
    const { nodes, ends } = this.#state;
    const before = this.#previous < 0 ? edge : cache.alphabet.classOf(this.#previous);
    this.#cache = cache;
    this.#ascii = cache.alphabet.ascii;
    // Copied: they may stand in the room.
    this.#state = cache.state(nodes.slice(), ends.slice(), before);
  }
}
