import type { Automaton } from '../automaton/automaton.ts';
import type { OutputAction, RuleRef } from '../schema.ts';
import type { Detector } from './detector.ts';

/** What is looked for in answers, and what becomes of an answer where it is found. */
export interface Guard {
  readonly ref: RuleRef;
  readonly action: OutputAction;
  readonly shadow: boolean;
  /** Stands in the place of a match. */
  readonly mask: string;
  /** What the person reads whose answer ends. */
  readonly reason: string;
  /** Whether what the tenant calls public is none. */
  readonly exempts: boolean;
  readonly finds: {
    readonly holds?: Detector['holds'] | undefined;
    readonly named?: Detector['named'] | undefined;
    readonly swallow?: Detector['swallow'] | undefined;
    /** The expression as one that is tried at a place of a match, where a match may begin later than it was told. */
    readonly anew?: RegExp | undefined;
    /**
     * What can only be told with the words around: asked with the text from the begin of the word in which the match
     * begins to the end of the word in which it ends, and where the match stands in it.
     */
    readonly inWords?: ((words: string, start: number, end: number) => boolean) | undefined;
  };
}

/** Guards whose expressions are one automaton. Place i is pattern i of it; `undefined` is not looked for. */
export interface Guards {
  readonly automaton: Automaton;
  readonly guards: readonly (Guard | undefined)[];
}
