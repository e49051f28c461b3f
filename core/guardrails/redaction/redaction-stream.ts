import type { Scanner } from '../automaton/scanner.ts';
import type { Gated } from '../output-gate-types.ts';
import type { RuleRef } from '../schema.ts';
import { foldCodePoint } from '../text/fold.ts';
import type { Public } from './allowed-values.ts';
import { contextLength, type Swallow } from './detector.ts';
import { foldedText } from './folded-text.ts';
import type { Guard, Guards } from './guard.ts';
import type { Reading } from './reading.ts';
import { wordsAround } from './words-around.ts';

/** Where a guard has found something, in UTF-16 units from the begin of the text. */
interface Span {
  readonly guard: Guard;
  readonly start: number;
  readonly end: number;
  /** Place among all guards: of two at the same place the first one speaks. */
  readonly order: number;
  readonly isPublic: Public | undefined;
}

/**
 * Takes a text in pieces and masks what guards find in it. Held back is the text from where the oldest unfinished match
 * begins, and nothing else. How the text is cut makes no difference: everything is decided character by character, from
 * the left, and only where no match that began before can still come.
 *
 * Matches that overlap become one mask, that of the leftmost, of those the longest. A guard that blocks ends the text
 * where its match begins. Surrogates must come in pairs.
 */
export class RedactionStream {
  masked = 0;
  readonly audited: RuleRef[] = [];
  readonly shadow: RuleRef[] = [];
  readonly #scanners: readonly Scanner[];
  readonly #readings: readonly Reading[];
  readonly #isPublic: (match: string) => Public | undefined;
  /** The text from `#base` on: what is not decided, and what stands before it. */
  #text = '';
  #base = 0;
  /** Where the text ends so far. */
  #position = 0;
  /** Up to here all is shown, or masked. */
  #shown = 0;
  /** Found and not decided, from the left. */
  #found: Span[] = [];
  /**
   * Up to here all is public. What detectors find within a value that is listed as a whole is so as well; an address at a
   * listed domain may still hold what is none.
   */
  readonly #publicTo = { value: 0, address: 0 };
  /** Takes what goes on behind the last mask, which so far ends at `#shown`; `to` is how far it has looked. */
  #swallow: { readonly take: Swallow; to: number } | undefined;
  #blocked: Gated['blocked'];

  /** @param isPublic whether the tenant lets a match be seen; it comes folded */
  constructor(all: readonly Guards[], isPublic: (match: string) => Public | undefined) {
    this.#isPublic = isPublic;
    let order = 0;
    this.#scanners = all.map(({ automaton, guards }) => {
      const first = order;
      order += guards.length;
      return automaton.scanner((pattern, start, end) => {
        const guard = guards[pattern];
        if (guard) this.#find(guard, start, end, first + pattern);
      });
    });
    this.#readings = all.map(({ reading }, i) => {
      const scanner = this.#scanners[i];
      return reading((codePoint, position) => scanner?.step(codePoint, position));
    });
  }

  /** UTF-16 units that are held back now. */
  get held(): number {
    return Math.max(0, this.#position - this.#shown);
  }

  push(text: string): Gated {
    if (text.length <= charactersOfPiece) return this.#push(text);
    let shown = '';
    for (let from = 0; ; ) {
      const to = from + charactersOfPiece;
      const end = isHigh(text.charCodeAt(to - 1)) ? to + 1 : to;
      const gated = this.#push(text.slice(from, end));
      shown += gated.text;
      if (gated.blocked || end >= text.length) return { ...gated, text: shown };
      from = end;
    }
  }

  #push(text: string): Gated {
    if (this.#blocked) return { text: '', blocked: this.#blocked };
    this.#text += text;
    const from = this.#position;
    for (const reading of this.#readings) reading.read(text, from);
    this.#position = from + text.length;
    let safe = this.#position;
    for (const { oldest } of this.#scanners) if (oldest < safe) safe = oldest;
    return this.#decide(safe, false);
  }

  /** The same, some characters a step: with many costly guards, each may take some hundredths of a millisecond. */
  *pushing(text: string): Generator<void, Gated> {
    let shown = '';
    for (let from = 0; ; ) {
      const to = from + charactersOfStep;
      const end = isHigh(text.charCodeAt(to - 1)) ? to + 1 : to;
      const gated = this.push(from === 0 && end >= text.length ? text : text.slice(from, end));
      shown += gated.text;
      if (gated.blocked || end >= text.length) return { ...gated, text: shown };
      from = end;
      yield;
    }
  }

  /** What was held back to the last. Nothing may be pushed behind it. */
  end(): Gated {
    if (this.#blocked) return { text: '', blocked: this.#blocked };
    for (const reading of this.#readings) reading.end();
    for (const scanner of this.#scanners) scanner.end(this.#position);
    return this.#decide(this.#position, true);
  }

  #slice(start: number, end: number): string {
    return this.#text.slice(start - this.#base, end - this.#base);
  }

  #find(guard: Guard, start: number, end: number, order: number): void {
    const { holds, named, anew } = guard.finds;
    if (!holds && !named && guard.exempts === 'nothing') {
      this.#insert({ guard, start, end, order, isPublic: undefined });
      return;
    }
    const { text, at } = foldedText(this.#slice(start, end));
    const context = holds
      ? foldedText(this.#slice(Math.max(this.#base, start - contextLength), start)).text
      : '';
    const isOne = (i: number): boolean => {
      const match = i === 0 ? text : text.slice(i);
      if (holds && !holds(match, (context + text.slice(0, i)).slice(-contextLength))) return false;
      const value = start + at(i + (named?.(match) ?? 0));
      const isPublic = guard.exempts === 'nothing' ? undefined : this.#isPublic(match);
      this.#insert({ guard, start: value, end, order, isPublic });
      return true;
    };
    if (isOne(0) || !anew) return;
    for (const i of anew.begins(text)) {
      anew.expression.lastIndex = i;
      if (anew.expression.test(text) && isOne(i)) return;
    }
  }

  #insert(span: Span): void {
    let i = this.#found.length;
    while (i > 0) {
      const before = this.#found[i - 1];
      if (before === undefined || !isBefore(span, before)) break;
      i -= 1;
    }
    this.#found.splice(i, 0, span);
  }

  /** @param safe no match begins before here that is not found yet */
  #decide(safe: number, ended: boolean): Gated {
    let shown = '';
    let to = safe;
    this.#goOnSwallowing();
    while (this.#found.length > 0) {
      const [span] = this.#found;
      if (span === undefined || (span.start >= safe && !ended)) break;
      const holds = this.#inWords(span, ended);
      if (holds === undefined) {
        to = Math.min(to, span.start);
        break;
      }
      this.#found.shift();
      if (!holds) continue;
      shown += this.#apply(span);
      if (this.#blocked) return { text: shown, blocked: this.#blocked };
    }
    if (this.#swallow && !ended) to = Math.min(to, this.#shown);
    if (to > this.#shown) {
      shown += this.#slice(this.#shown, to);
      this.#shown = to;
    }
    this.#forget(Math.min(to, this.#shown) - contextLength);
    return { text: shown };
  }

  /** What is shown because of a match that is certain: the text before it, and its mask. */
  #apply({ guard, start, end, isPublic }: Span): string {
    if (isPublic && (isPublic === 'value' || guard.exempts === 'addresses')) {
      this.#publicTo[isPublic] = Math.max(this.#publicTo[isPublic], end);
      return '';
    }
    if (guard.ofProduct && end <= this.#publicTo.value) return '';
    if (guard.exempts === 'addresses' && end <= this.#publicTo.address) return '';
    if (guard.shadow || guard.action === 'audit') {
      const list = guard.shadow ? this.shadow : this.audited;
      const { kind, index } = guard.ref;
      if (!list.some((ref) => ref.kind === kind && ref.index === index)) list.push(guard.ref);
      return '';
    }
    const text = start > this.#shown ? this.#slice(this.#shown, start) : '';
    if (guard.action === 'block') {
      this.#blocked = { reason: guard.reason, rule: guard.ref };
      this.#shown = this.#position;
      this.#text = '';
      return text;
    }
    const isNew = start >= this.#shown;
    if (isNew) this.masked += 1;
    if (end > this.#shown) {
      this.#shown = end;
      this.#swallow = undefined;
    }
    // Also within another's mask: what follows may be beyond that.
    if (guard.finds.swallow && !this.#swallow) {
      this.#swallow = { take: guard.finds.swallow(), to: end };
      this.#goOnSwallowing();
    }
    return isNew ? text + guard.mask : '';
  }

  #goOnSwallowing(): void {
    const swallow = this.#swallow;
    while (swallow && swallow.to < this.#position) {
      const codePoint = this.#text.codePointAt(swallow.to - this.#base) ?? 0;
      const next = swallow.to + (codePoint > 0xffff ? 2 : 1);
      for (const folded of foldCodePoint(codePoint)) {
        const said = swallow.take(folded);
        if (said === 'out') {
          this.#swallow = undefined;
          return;
        }
        if (said === 'in') this.#shown = Math.max(this.#shown, next);
      }
      // An accent goes with what stands before it.
      if (this.#shown === swallow.to)
        this.#shown = foldCodePoint(codePoint).length === 0 ? next : this.#shown;
      swallow.to = next;
    }
  }

  /** Whether a match holds in the words around it; `undefined`: they are not over yet. */
  #inWords({ guard, start, end }: Span, ended: boolean): boolean | undefined {
    const { inWords } = guard.finds;
    if (!inWords) return true;
    const around = wordsAround(this.#text, start - this.#base, end - this.#base, ended);
    return around && inWords(around.text, around.start, around.end);
  }

  /** Drops the text before. Not at every piece, but before it is long. */
  #forget(before: number): void {
    if (before - this.#base < 256) return;
    this.#text = this.#text.slice(before - this.#base);
    this.#base = before;
  }
}

const charactersOfStep = 8;
/** What is decided at once of a long text: what was found and is not decided stays little. */
const charactersOfPiece = 1_024;
const isHigh = (unit: number) => (unit & 0xfc00) === 0xd800;

/** Leftmost, then longest, then by the order of the guards. */
function isBefore(one: Span, other: Span): boolean {
  if (one.start !== other.start) return one.start < other.start;
  return one.end === other.end ? one.order < other.order : one.end > other.end;
}
