import type { Automaton } from '../automaton/automaton.ts';
import type { OutputAction, RuleRef } from '../schema.ts';
import type { Detector } from './detector.ts';
import type { Reading, Step } from './reading.ts';

/** Nothing; values that are listed as a whole; those, and addresses at domains that are listed. */
export type Exempts = 'nothing' | 'values' | 'addresses';

/** What is looked for in answers, and what becomes of an answer where it is found. */
export interface Guard {
  readonly ref: RuleRef;
  readonly action: OutputAction;
  readonly shadow: boolean;
  /** Stands in the place of a match. */
  readonly mask: string;
  /** What the person reads whose answer ends. */
  readonly reason: string;
  /** One of the product's: it finds nothing within a value that the tenant calls public. */
  readonly ofProduct: boolean;
  /** What of that which the tenant calls public it does not speak of. */
  readonly exempts: Exempts;
  readonly finds: {
    readonly holds?: Detector['holds'] | undefined;
    readonly named?: Detector['named'] | undefined;
    readonly swallow?: Detector['swallow'] | undefined;
    /** Where a match may begin later than it was told: at which places, and the expression to try there. */
    readonly anew?: Anew | undefined;
    /**
     * What can only be told with the words around: asked with the text from the begin of the word in which the match
     * begins to the end of the word in which it ends, and where the match stands in it.
     */
    readonly inWords?: ((words: string, start: number, end: number) => boolean) | undefined;
  };
}

export interface Anew {
  readonly begins: NonNullable<Detector['anew']>;
  /** Sticky, and to the end of the match. */
  readonly expression: RegExp;
}

/** Guards whose expressions are one automaton. Place i is pattern i of it; `undefined` is not looked for. */
export interface Guards {
  readonly reading: (step: Step) => Reading;
  readonly automaton: Automaton;
  readonly guards: readonly (Guard | undefined)[];
}
