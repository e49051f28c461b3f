import { contextLength } from './detector.ts';

/** Letters of a word behind a match that are waited for, in UTF-16 units. */
export const maxWordBehind = 32;

/** A match with the rest of the words in which it begins and ends. */
export interface WordsAround {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `undefined`: more may come of the word in which the match ends. */
export function wordsAround(
  text: string,
  start: number,
  end: number,
  ended: boolean,
): WordsAround | undefined {
  const ahead = text.slice(end, end + maxWordBehind);
  const behind = /^[\p{L}\p{N}\p{M}]*/u.exec(ahead)?.[0] ?? '';
  if (behind.length === ahead.length && ahead.length < maxWordBehind && !ended) return undefined;
  const before =
    /[\p{L}\p{N}\p{M}]*$/u.exec(text.slice(Math.max(0, start - contextLength), start))?.[0] ?? '';
  const match = text.slice(start, end);
  return { text: before + match + behind, start: before.length, end: before.length + match.length };
}
