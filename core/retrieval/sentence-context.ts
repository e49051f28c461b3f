import type { CandidateSentence } from './ranking.ts';
import { stem, wordsOf } from './words.ts';

/** A candidate sentence read once: its words, and the words that stand around it and tell what it is about. */
export interface ReadSentence {
  readonly candidate: CandidateSentence;
  readonly stems: ReadonlySet<string>;
  readonly contextStems: ReadonlySet<string>;
  /** A heading, a question, a ruler of a table: never an answer. */
  readonly unfit: boolean;
  /** The row of column names above it, when it is a row of a table. */
  readonly header: string;
}

const row = /\s\|\s|^\s*\||\t/;
const pronoun = /\b(?:it|its|they|them|their|he|she|his|her|this|these|those|such|both|the same)\b/i;
const listed = /^\s*(?:[-*+•‣▪–]\s|\d{1,3}[.)]\s)|^[^.:]{1,60}:\s/;

/**
 * Reads the sentences of the chunks that were found. What counts as context: the document's title, the headings
 * above, the column names of a table; the sentence before only where the sentence points back to it.
 */
export function readSentences(candidates: readonly CandidateSentence[]): ReadSentence[] {
  const ordered = [...candidates].sort((a, b) =>
    a.chunk.id === b.chunk.id ? a.start - b.start : a.chunk.id < b.chunk.id ? -1 : 1,
  );
  const read: ReadSentence[] = [];
  let chunkStems = new Set<string>();
  let heading = new Set<string>();
  let header = '';
  let before: ReadSentence | undefined;
  for (const candidate of ordered) {
    const { text, chunk } = candidate;
    if (before?.candidate.chunk.id !== chunk.id) {
      chunkStems = stemsOf(`${chunk.title} ${chunk.section ?? ''}`);
      heading = new Set();
      header = '';
      before = undefined;
    }
    const isRow = row.test(text);
    const first = isRow && !(before && row.test(before.candidate.text));
    if (!isRow) header = '';
    else if (first && !/\d/.test(text)) header = text;
    const isHeading = !isRow && (looksLikeHeading(text) || text === chunk.title || text === chunk.section);
    const stems = stemsOf(text);
    if (isHeading) heading = new Set(stems);
    const pointsBack = before && !before.unfit && (pronoun.test(text) || listed.test(text));
    const contextStems = new Set([
      ...chunkStems,
      ...heading,
      ...(isRow ? stemsOf(header) : []),
      ...(pointsBack && before ? before.stems : []),
      // "It ... It ...": what the sentence before leaned on is still the subject.
      ...(pointsBack && before && pronoun.test(before.candidate.text) ? before.contextStems : []),
    ]);
    const unfit =
      isHeading ||
      /[?？]["'”’)\]]*$/.test(text) ||
      stems.size === 0 ||
      (isRow && text === header) ||
      endsOpen(text);
    before = { candidate, stems, contextStems, unfit, header: isRow ? header : '' };
    read.push(before);
  }
  return read;
}

/** A line that only announces what follows it. */
const endsOpen = (text: string): boolean => /[:：]$/.test(text);

function looksLikeHeading(text: string): boolean {
  if (/^\s*#{1,6}\s/.test(text)) return true;
  if (/[.!?。！？:|]["'”’)\]]*$/.test(text) || /^\s*(?:[-*+•‣▪–]|\d{1,3}[.)])\s/.test(text)) return false;
  return text.length <= 80 && !/:\s|\s\|\s/.test(text) && text.split(/\s+/).length <= 9;
}

const stemsOf = (text: string): Set<string> => {
  const stems = new Set<string>();
  for (const word of wordsOf(text)) {
    stems.add(stem(word));
    // "Zorvex-12" is also Zorvex, "R40/R50" also R50.
    if (word.includes('-')) for (const part of word.split('-')) if (part !== '') stems.add(stem(part));
  }
  return stems;
};
