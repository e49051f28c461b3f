/** A pattern that is not taken. The message says to the tenant what is wrong, and where. */
export class PatternRefused extends Error {
  /** @param at place in the pattern in UTF-16 units, from 0. Missing: it is the pattern as a whole. */
  constructor(what: string, at?: number) {
    super(at === undefined ? what : `${what} (at character ${at + 1})`);
    this.name = 'PatternRefused';
  }
}
