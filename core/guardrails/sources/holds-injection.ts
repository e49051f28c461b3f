import { createAutomaton } from '../automaton/automaton.ts';
import { parsePattern } from '../automaton/parse-pattern.ts';
import { foldedReading } from '../read-expression.ts';
import { normalText } from '../text/normal-text.ts';
import { readableText } from '../text/readable-text.ts';
import { visibleText } from '../text/visible-text.ts';
import {
  injectionPhrases,
  injectionPhrasesAtEnds,
  injectionPhrasesWithoutSpaces,
} from './injection-phrases.ts';

let phrases: ReturnType<typeof compile> | undefined;

/**
 * Whether a text says one of the phrases by which texts give orders to an assistant. They are compared as rules are, by
 * how they read, whatever signs stand between their words, in the text as it is and as a reader of the page sees it. Linear
 * in the text.
 *
 * @param text `visibleText` has gone over it
 */
export function holdsInjection(text: string): boolean {
  if (saysPhrase(text)) return true;
  const readable = readableText(text);
  return readable !== undefined && saysPhrase(visibleText(readable));
}

function saysPhrase(text: string): boolean {
  phrases ??= compile();
  const { plain } = normalText(text);
  if (injectionPhrasesAtEnds.some((phrase) => phrase.test(plain))) return true;
  let found = false;
  const scanner = phrases.scanner(() => {
    found = true;
  });
  let position = 0;
  // What begins or ends the text begins or ends a word as well.
  for (const char of ` ${plain.replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')} `) {
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
    sources.map((source) => parsePattern(source, { reading: foldedReading, maxSize: 2_000 })),
  );
}
