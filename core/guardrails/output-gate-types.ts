import type { RuleRef } from './schema.ts';
import type { Refusal } from './screen.ts';

/** What of a text may be shown. After `blocked` nothing more of that text may be. */
export interface Gated {
  readonly text: string;
  /** The rule that ends the answer, and the reason that the person reads. */
  readonly blocked?: Refusal;
}

/** What the rules for answers did so far. Each rule once, in the order in which they were met. */
export interface GateHits {
  readonly masked: number;
  readonly audited: readonly RuleRef[];
  readonly shadow: readonly RuleRef[];
}

/** The gate of one text that comes in pieces. One that is dropped before its end has never given what it held back. */
export interface GateStream {
  /** What may be shown now, of this piece and of what was held back before. */
  push(text: string): Gated;
  /** The same in small steps. No other piece may come before the last of them. */
  pushing(text: string): Iterator<void, Gated>;
  /** What was held back to the last, once no more comes. */
  end(): Gated;
  ending(): Iterator<void, Gated>;
  readonly hits: GateHits;
  /** UTF-16 units that are held back now. */
  readonly held: number;
}

/** What stands in the system prompt and must not be shown; absent where there was no such prompt. */
export interface GateOptions {
  readonly canary?: string | undefined;
}

/** A text that is there as a whole, and what was done to it. */
export interface GatedWhole extends Gated {
  readonly hits: GateHits;
}

/** A tenant's rules for answers, made ready once a configuration. */
export interface OutputGate {
  open(options?: GateOptions): GateStream;
  whole(text: string, options?: GateOptions): GatedWhole;
}
