import { parsePattern } from '../automaton/parse-pattern.ts';
import type { Pattern } from '../automaton/pattern.ts';
import { createLiterals } from '../literals/literals.ts';
import type { TextRule } from '../rules-of.ts';
import { maxOutputMatchLength } from '../schema.ts';
import { normalText } from '../text/normal-text.ts';
import { foldedText } from './folded-text.ts';

/** A literal that is looked for while an answer streams. */
export interface OutputLiteral {
  /** Finds all that may be it, and more. */
  readonly pattern: Pattern;
  /** Whether it is one in the words around it: the same as in questions. */
  readonly inWords: (words: string, start: number, end: number) => boolean;
}

/** Letters of a literal up to which each may stand apart from the next. */
const maxApart = 40;
/** The schema's longest literal, each letter with what may stand behind it. */
const maxSize = 2_000;

/** Signs that stand for letters, by the letter. */
const leetSigns: Readonly<Record<string, string>> = {
  o: '0',
  i: '1!|l',
  l: '1!|i',
  e: '3',
  a: '4@',
  s: '5$',
  t: '7+',
  b: '8',
  g: '9',
};

/**
 * An expression for a literal: its letters, with some signs or spaces between any two; what it finds is a match if
 * the rules for literals say so of the words in which it stands.
 *
 * @throws PatternRefused
 */
export function readOutputLiteral({
  pattern,
  type,
  leet,
}: Pick<TextRule, 'pattern' | 'type' | 'leet'>): OutputLiteral {
  const literals = createLiterals([{ pattern, type: type === 'word' ? 'word' : 'contains', leet }]);
  return {
    pattern: parsePattern(literalExpression(pattern, leet), { maxSize }),
    inWords: (words, start, end) =>
      literals.find(normalText(words)).some((found) => found.start < end && found.end > start),
  };
}

function literalExpression(literal: string, leet: boolean): string {
  const folded = [...foldedText(literal).text.trim().replace(/\s+/g, ' ')];
  const letters = folded.filter((character) => /[\p{L}\p{M}\p{N}]/u.test(character));
  // What is mostly signs is looked for as it stands.
  if (letters.length === 0 || /[^\p{L}\p{M}\p{N}\s'._/-]/u.test(folded.join(''))) {
    return folded.map(escaped).join('');
  }
  const words = wordsOf(folded);
  const { inside, between } = gapsOf(words);
  const gap = (most: number) => `[^\\p{L}\\p{N}]{0,${most}}`;
  return words
    .map((word) => word.map((letter) => classOf(letter, leet)).join(gap(inside)))
    .join(gap(between));
}

/** Letters by word; signs in a literal stand between words as well. */
function wordsOf(characters: readonly string[]): string[][] {
  const words: string[][] = [[]];
  for (const character of characters) {
    if (/[\p{L}\p{M}\p{N}]/u.test(character)) words.at(-1)?.push(character);
    else if (words.at(-1)?.length) words.push([]);
  }
  return words.filter((word) => word.length > 0);
}

/** How many signs may stand between letters, and between words: as many as a match has room for. */
function gapsOf(words: readonly (readonly string[])[]) {
  const letters = words.flat().length;
  const fits = ({ inside, between }: { inside: number; between: number }) =>
    letters + inside * (letters - words.length) + between * (words.length - 1) <= maxOutputMatchLength;
  const wide =
    letters > maxApart
      ? []
      : [
          { inside: 5, between: 8 },
          { inside: 3, between: 8 },
          { inside: 3, between: 3 },
        ];
  return (
    [...wide, { inside: 1, between: 8 }, { inside: 1, between: 3 }].find(fits) ?? { inside: 1, between: 1 }
  );
}

const classOf = (letter: string, leet: boolean) => {
  const signs = leet ? (leetSigns[letter] ?? '') : '';
  return signs === '' ? escaped(letter) : `[${escaped(letter)}${signs}]`;
};

const escaped = (character: string) =>
  /[\p{L}\p{M}\p{N}]/u.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
