import { kinds } from '../text/fold.ts';
import { fitsLeet, type LeetFit, leetReading } from '../text/leet-reading.ts';
import { type NormalText, normalText, type Reading } from '../text/normal-text.ts';
import { visibleText } from '../text/visible-text.ts';
import { type Fit, fitsLiteral } from './fits-literal.ts';
import { beginning, createStringAutomaton, type StringAutomaton } from './string-automaton.ts';

export interface Literal {
  readonly pattern: string;
  readonly type: 'contains' | 'word';
  /** Digits and signs are read as the letters that they stand for, in texts and here. */
  readonly leet: boolean;
}

/** A literal's first match: its place in the list, UTF-16 offsets in the text. */
export interface LiteralMatch {
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

export interface Literals {
  /** Each literal that matches, in the order of the list. */
  find(text: NormalText): LiteralMatch[];
  /** The same in small pieces of work, of some ten to hundred microseconds each. */
  search(text: NormalText): Generator<void, LiteralMatch[]>;
}

/** Where a string of a literal may be found. */
const where = {
  /** In the text as written. */
  asWritten: 1,
  /** In the Latin reading. */
  asLatin: 2,
  /** In the Latin reading, where it is not as written: a word of another script with Latin letters among its own. */
  asMixed: 4,
} as const;

/** A string of a literal. */
interface Needle extends Fit {
  readonly index: number;
  readonly where: number;
  readonly leet?: LeetFit;
}

/** What separates words and nothing else; other signs are part of what is looked for (`c++`). */
const separators = /(?<=[\p{L}\p{N}\p{M}])[-_'.,/&: ]+(?=[\p{L}\p{N}])/gu;
const signed = /[^\p{L}\p{N}\p{M}]/u;
const latinLetter = /\p{Script=Latin}/u;
const foreignLetter = /(?!\p{Script=Latin})\p{L}/u;

/** Work between two breaks: a letter read, a literal looked at, one of its letters compared. */
const workBetweenBreaks = 2_000;
/**
 * Work that one text may make: some tens of milliseconds. Texts that reach it repeat themselves thousands of times in what
 * is nearly a literal. From there on a literal is found where its letters are, so that nobody buys his way past a rule.
 */
const maxWork = 2_000_000;

const prepared = (pattern: string) => normalText(visibleText(pattern));

/** Whether nothing is left of a pattern that could be looked for. */
export const isEmptyLiteral = (pattern: string): boolean => prepared(pattern).plain === '';

/** Makes literals ready to be looked for all at once. One that is empty is found nowhere. */
export function createLiterals(list: readonly Literal[]): Literals {
  const exact = new Needles();
  const spelled = new Needles();
  const leet = new Needles();
  for (const [index, literal] of list.entries()) {
    const text = prepared(literal.pattern);
    const word = literal.type === 'word';
    if (text.plain === '') continue;
    if (signed.test(text.plain.replace(separators, ''))) {
      exact.add(text.plain, { index, word, gaps: text.plainKinds, where: where.asWritten });
      continue;
    }
    const { units, gaps } = text.letters;
    const needle = { index, word, gaps };
    if (text.latin === units) spelled.add(units, { ...needle, where: where.asWritten | where.asLatin });
    else {
      const readings = latinLetter.test(units) ? where.asLatin : where.asMixed;
      spelled.add(units, { ...needle, where: where.asWritten });
      spelled.add(text.latin, { ...needle, where: readings });
    }
    if (text.allLatin !== text.latin) spelled.add(text.allLatin, { ...needle, where: where.asMixed });
    const read = literal.leet ? leetReading(text) : undefined;
    if (read?.latin.some((letter) => letter !== 0)) {
      const fit = { latin: read.latin, written: read.written, foreign: foreignLetter.test(units) };
      leet.add(read.units, { ...needle, gaps: read.gaps, where: where.asWritten, leet: fit });
    }
  }
  const automata = { exact: exact.automaton(), spelled: spelled.automaton(), leet: leet.automaton() };

  function* search(text: NormalText): Generator<void, LiteralMatch[]> {
    const found = new Map<number, LiteralMatch>();
    const effort = { work: 0 };
    const { letters, latin, plain, plainAt, plainKinds } = text;
    const within = ({ at, ends }: Reading) => [at, ends] as const;
    if (automata.spelled) {
      const same = latin === letters.units;
      const asWritten = where.asWritten | (same ? where.asLatin : 0);
      const spans = within(letters);
      const fits = (needle: Needle, start: number) => fitsLiteral(letters, start, needle, effort);
      yield* scan(
        automata.spelled,
        letters.units,
        spans,
        { found, effort },
        ({ where: at }) => (at & asWritten) !== 0,
        fits,
      );
      const inLatin = where.asLatin | where.asMixed;
      for (const units of [same ? undefined : latin, text.withEll]) {
        if (units === undefined) continue;
        const differs = (start: number, length: number) => {
          const end = start + length;
          let n = start;
          while (n < end && letters.units.charCodeAt(n) === units.charCodeAt(n)) n += 1;
          effort.work += n - start;
          return n < end;
        };
        const latinFits = (needle: Needle, start: number) =>
          ((needle.where & where.asLatin) !== 0 || differs(start, needle.gaps.length)) && fits(needle, start);
        yield* scan(
          automata.spelled,
          units,
          spans,
          { found, effort },
          ({ where: at }) => (at & inLatin) !== 0,
          latinFits,
        );
      }
    }
    if (automata.leet) {
      const read = leetReading(text);
      yield;
      const fits = (needle: Needle, start: number) =>
        needle.leet !== undefined &&
        fitsLeet(read, start, needle.leet, effort) &&
        fitsLiteral(read, start, needle, effort);
      yield* scan(automata.leet, read.units, within(read), { found, effort }, () => true, fits);
    }
    if (automata.exact) {
      const isLetter = (at: number) => plainKinds[at] === kinds.letter;
      const fits = ({ word, gaps }: Needle, start: number) => {
        const end = start + gaps.length;
        return !word || !((isLetter(start) && isLetter(start - 1)) || (isLetter(end - 1) && isLetter(end)));
      };
      yield* scan(automata.exact, plain, [plainAt, plainAt.subarray(1)], { found, effort }, () => true, fits);
    }
    return [...found.values()].sort((a, b) => a.index - b.index);
  }

  return {
    search,
    find(text) {
      const searching = search(text);
      for (;;) {
        const step = searching.next();
        if (step.done) return step.value;
      }
    },
  };
}

/** Strings, each with the literals that it stands for. */
class Needles {
  readonly #byString = new Map<string, Needle[]>();

  add(string: string, needle: Needle): void {
    const others = this.#byString.get(string);
    if (others === undefined) this.#byString.set(string, [needle]);
    else others.push(needle);
  }

  automaton(): Searched | undefined {
    if (this.#byString.size === 0) return undefined;
    const strings = [...this.#byString.keys()];
    return { automaton: createStringAutomaton(strings), needles: [...this.#byString.values()] };
  }
}

interface Searched {
  readonly automaton: StringAutomaton;
  /** By string. */
  readonly needles: readonly (readonly Needle[])[];
}

interface Search {
  readonly found: Map<number, LiteralMatch>;
  readonly effort: { work: number };
}

/** Adds each literal's first match in one reading of the text, where it has none that begins earlier. */
function* scan(
  { automaton, needles }: Searched,
  units: string,
  [starts, ends]: readonly [Uint32Array, Uint32Array],
  { found, effort }: Search,
  isMeant: (needle: Needle) => boolean,
  fits: (needle: Needle, start: number) => boolean,
): Generator<void, void> {
  let open: OpenStrings | undefined;
  let breakAt = effort.work + workBetweenBreaks;
  let state = beginning;
  for (let at = 0; at < units.length; at += 1) {
    state = automaton.next(state, units.charCodeAt(at));
    effort.work += 1;
    const longest = automaton.longest(state);
    if (longest !== beginning) open ??= openStrings(automaton, needles, isMeant);
    for (let hit = open?.from(longest) ?? beginning; open && hit !== beginning; hit = open.after(hit)) {
      effort.work += 1;
      const tried = open.needlesOf(hit);
      // By place: an iterator for each of a million hits costs as much as the rest.
      for (let n = 0; n < tried.length; n += 1) {
        const needle = tried[n];
        if (!needle) continue;
        const first = at + 1 - needle.gaps.length;
        const start = starts[first] ?? 0;
        const known = found.size === 0 ? undefined : found.get(needle.index);
        effort.work += 1;
        if (known !== undefined && known.start <= start) open.close(hit, needle);
        else if (fits(needle, first) || effort.work > maxWork)
          found.set(needle.index, { index: needle.index, start, end: ends[at] ?? 0 });
        if (effort.work >= breakAt) {
          breakAt = effort.work + workBetweenBreaks;
          yield;
        }
      }
    }
    if (effort.work >= breakAt) {
      breakAt = effort.work + workBetweenBreaks;
      yield;
    }
  }
}

/** What of an automaton's strings is still looked for in one reading. All by the states that end a string. */
interface OpenStrings {
  needlesOf(hit: number): readonly Needle[];
  /** The state, or the first of those with shorter strings that is looked for; or `beginning`. */
  from(hit: number): number;
  /** The same behind the state. */
  after(hit: number): number;
  close(hit: number, needle: Needle): void;
}

function openStrings(
  { stringOf, shorter }: StringAutomaton,
  needles: Searched['needles'],
  isMeant: (needle: Needle) => boolean,
): OpenStrings {
  const left = needles.map((all) => all.filter(isMeant));
  /** By string that is not looked for any more: a state behind it that may be. Chains of such are passed over at once. */
  const jumps = new Int32Array(needles.length).fill(-1);

  const needlesOf = (hit: number): readonly Needle[] => left[stringOf(hit)] ?? [];
  function behind(hit: number): number {
    const jump = jumps[stringOf(hit)] ?? -1;
    return jump < 0 ? shorter(hit) : jump;
  }
  function from(hit: number): number {
    let to = hit;
    while (to !== beginning && needlesOf(to).length === 0) to = behind(to);
    for (let passed = hit; passed !== to; ) {
      const next = behind(passed);
      jumps[stringOf(passed)] = to;
      passed = next;
    }
    return to;
  }
  return {
    needlesOf,
    from,
    after: (hit) => from(shorter(hit)),
    close(hit, needle) {
      left[stringOf(hit)] = needlesOf(hit).filter((other) => other !== needle);
    },
  };
}
