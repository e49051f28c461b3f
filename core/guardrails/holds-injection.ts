import { createAutomaton } from './automaton/automaton.ts';
import { parsePattern } from './automaton/parse-pattern.ts';
import { foldCodePoint } from './fold.ts';
import { injectionPhrases, injectionPhrasesWithoutSpaces } from './injection-phrases.ts';
import { normalText } from './normal-text.ts';

let phrases: ReturnType<typeof compile> | undefined;

/**
 * Whether a text says one of the phrases by which texts give orders to an assistant. They are compared as rules are, by
 * how they read, whatever signs stand between their words. Linear in the text.
 *
 * @param text `visibleText` has gone over it
 */
export function holdsInjection(text: string): boolean {
  phrases ??= compile();
  let found = false;
  const scanner = phrases.scanner(() => {
    found = true;
  });
  let position = 0;
  // What begins or ends the text begins or ends a word as well.
  for (const char of ` ${normalText(text).plain.replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')} `) {
    scanner.step(char.codePointAt(0) ?? 0, position);
    position += 1;
    if (found) return true;
  }
  scanner.end(position);
  return found;
}

function compile() {
  const sources = [...injectionPhrases.map((phrase) => ` (?:${phrase}) `), ...injectionPhrasesWithoutSpaces];
  // They are the product's own: no tenant's bound holds for them.
  return createAutomaton(
    sources.map((source) => parsePattern(source, { fold: foldCodePoint, maxSize: 2_000 })),
  );
}
