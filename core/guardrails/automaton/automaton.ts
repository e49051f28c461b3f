import { Alphabet } from './alphabet.ts';
import { networkOf } from './network.ts';
import type { Pattern } from './pattern.ts';
import { LazyScanner, type OnMatch, type Scanner, type StateSource } from './scanner.ts';
import { StateCache } from './state-cache.ts';
import { Stepper } from './stepper.ts';

/** Many patterns that are looked for at once. */
export interface Automaton {
  /** Any number of texts can be read at the same time, each by a scanner of its own. */
  scanner(onMatch: OnMatch): Scanner;
  /** Nodes that were looked at so far, by all scanners: what finding new states has cost, told without a clock. */
  readonly work: number;
  /** States that are kept now. */
  readonly states: number;
}

export interface AutomatonOptions {
  /** States that are kept. Missing: 1,000. */
  readonly maxStates?: number;
  /**
   * What a character looks like: wherever that is taken, so is the character. For texts that come one way only; it must be
   * a letter or digit for a letter or digit. Missing: itself.
   */
  readonly alike?: (codePoint: number) => number;
}

/**
 * One automaton for all patterns. Its deterministic states are made as texts need them and kept up to a bound, so a
 * character costs one look-up where its state was met before, and at most a visit to every node of every pattern.
 *
 * @throws RangeError with more nodes than `maxNetworkNodes`
 */
export function createAutomaton(patterns: readonly Pattern[], options: AutomatonOptions = {}): Automaton {
  const network = networkOf(patterns);
  const stepper = new Stepper(network);
  const maxStates = options.maxStates ?? 1000;
  const source: StateSource = {
    cache: new StateCache(stepper, maxStates, new Alphabet(network, options.alike)),
    renew(wholly) {
      const alphabet = wholly ? new Alphabet(network, options.alike) : this.cache.alphabet;
      this.cache = new StateCache(stepper, maxStates, alphabet);
    },
  };
  return {
    scanner: (onMatch) => new LazyScanner(source, onMatch),
    get work() {
      return stepper.work;
    },
    get states() {
      return source.cache.size;
    },
  };
}
