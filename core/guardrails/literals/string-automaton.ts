/** State before anything was read, and what is told where there is no string. */
export const beginning = 0;

/** Many strings looked for at once, by UTF-16 unit. */
export interface StringAutomaton {
  /** The state after one more unit. A text begins in `beginning`. */
  next(state: number, unit: number): number;
  /** The state whose string is the longest that ends here, or `beginning`. */
  longest(state: number): number;
  /** After a state of `longest`: that of the next shorter string that ends here, or `beginning`. */
  shorter(state: number): number;
  /** Place of the state's string in the list. */
  stringOf(state: number): number;
}

/** More children than that are found by their unit. */
const maxListed = 8;

/**
 * Builds the automaton of Aho and Corasick (Communications of the ACM 18(6), 1975) from strings that are all different and
 * not empty.
 *
 * It is our own since the libraries look for something else: modern-ahocorasick for whole graphemes, so that a word with
 * an Indic ending is not found, and @monyone/aho-corasick makes an object of every hit before anybody can stop it, which
 * a text of one letter makes into millions.
 */
export function createStringAutomaton(strings: readonly string[]): StringAutomaton {
  const room = strings.reduce((sum, { length }) => sum + length, 1);
  const unitOf = new Uint16Array(room);
  // A state's children are a list: nearly all have very few. Those of the others are found by their unit.
  const child = new Int32Array(room);
  const sibling = new Int32Array(room);
  const fallback = new Int32Array(room);
  const shorter = new Int32Array(room);
  const stringOf = new Int32Array(room).fill(-1);
  const count = new Int32Array(room);
  const ofMany = new Map<number, Map<number, number>>();
  let states = 1;

  function childOf(state: number, unit: number): number {
    if ((count[state] ?? 0) > maxListed) return ofMany.get(state)?.get(unit) ?? beginning;
    let at = child[state] ?? beginning;
    while (at !== beginning && unitOf[at] !== unit) at = sibling[at] ?? beginning;
    return at;
  }

  function next(state: number, unit: number): number {
    let from = state;
    for (;;) {
      const to = childOf(from, unit);
      if (to !== beginning || from === beginning) return to;
      from = fallback[from] ?? beginning;
    }
  }

  function index(state: number, newest: number): void {
    const known = ofMany.get(state);
    if (known) {
      known.set(unitOf[newest] ?? 0, newest);
      return;
    }
    const all = new Map<number, number>();
    for (let to = newest; to !== beginning; to = sibling[to] ?? beginning) all.set(unitOf[to] ?? 0, to);
    ofMany.set(state, all);
  }

  const longest = (state: number) => ((stringOf[state] ?? -1) >= 0 ? state : (shorter[state] ?? beginning));

  for (const [place, string] of strings.entries()) {
    let state = beginning;
    for (let at = 0; at < string.length; at += 1) {
      const unit = string.charCodeAt(at);
      let to = childOf(state, unit);
      if (to === beginning) {
        to = states++;
        unitOf[to] = unit;
        sibling[to] = child[state] ?? beginning;
        child[state] = to;
        const children = (count[state] ?? 0) + 1;
        count[state] = children;
        if (children > maxListed) index(state, to);
      }
      state = to;
    }
    stringOf[state] = place;
  }
  const queue = new Int32Array(states);
  for (let done = 0, known = 1; done < known; done += 1) {
    const state = queue[done] ?? beginning;
    for (let to = child[state] ?? beginning; to !== beginning; to = sibling[to] ?? beginning) {
      if (state !== beginning) fallback[to] = next(fallback[state] ?? beginning, unitOf[to] ?? 0);
      shorter[to] = longest(fallback[to] ?? beginning);
      queue[known] = to;
      known += 1;
    }
  }
  return {
    next,
    longest,
    shorter: (state) => shorter[state] ?? beginning,
    stringOf: (state) => stringOf[state] ?? -1,
  };
}
