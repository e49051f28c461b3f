import { type BackReference, createBackReferences } from './back-reference.ts';
import type { CandidateSentence } from './ranking.ts';
import { stem, wordsOf } from './words.ts';

/** A candidate sentence read once: its words, and the words that stand around it and tell what it is about. */
export interface ReadSentence {
  readonly candidate: CandidateSentence;
  readonly stems: ReadonlySet<string>;
  readonly contextStems: ReadonlySet<string>;
  /** What it points back to within its paragraph, though it does not name it. */
  readonly pointed: BackReference;
  /** A heading, a question, a ruler of a table: never an answer. */
  readonly unfit: boolean;
  /** The row of column names above it, when it is a row of a table. */
  readonly header: string;
}

const row = /\s\|\s|^\s*\||\t|\S {3,}\S/;
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
  let opening = new Set<string>();
  let heading = new Set<string>();
  let subject = new Set<string>();
  let header = '';
  let before: ReadSentence | undefined;
  let points: readonly string[] = [];
  const references = createBackReferences();
  for (const candidate of ordered) {
    const { text, chunk } = candidate;
    const opens = before?.candidate.chunk.id !== chunk.id;
    if (opens) {
      chunkStems = stemsOf(`${chunk.title} ${chunk.section ?? ''}`);
      opening = new Set();
      heading = new Set();
      subject = new Set();
      header = '';
      before = undefined;
      points = Array.from(chunk.text);
      references.reset();
    }
    const isRow = row.test(text);
    const first = isRow && !(before && row.test(before.candidate.text));
    if (!isRow) header = '';
    else if (first && !/\d|:\s/.test(text)) header = text;
    const isHeading =
      !isRow && (looksLikeHeading(text, opens) || text === chunk.title || text === chunk.section);
    const stems = stemsOf(text);
    if (isHeading && opens) opening = stems;
    // A question that stands in a document is there for the sentences below it: a list of questions and answers.
    if (isHeading || /\?$/.test(text)) heading = stems;
    if (before && breaks(points, before.candidate.end - chunk.start, candidate.start - chunk.start))
      references.pause();
    if (isHeading || isRow) references.reset();
    const pointed = references.next(isHeading || isRow ? '' : text);
    const names = namesOf(text);
    const pointsBack = before && !before.unfit && (pronoun.test(text) || listed.test(text));
    const contextStems = new Set([
      ...chunkStems,
      ...opening,
      ...heading,
      ...(isRow ? stemsOf(header) : []),
      ...(pointsBack && before ? before.stems : []),
      // "It ... It ...": what the sentence before leaned on is still the subject.
      ...(pointsBack && before && pronoun.test(before.candidate.text) ? before.contextStems : []),
      // A sentence without a name of its own goes on about the last that was named.
      ...(names.size === 0 && (pointed.stems.size === 0 || pointed.head !== undefined) ? subject : []),
    ]);
    if (names.size > 0) subject = names;
    const unfit =
      isHeading ||
      /[?？]["'”’)\]]*$/.test(text) ||
      stems.size === 0 ||
      (isRow && text === header) ||
      endsOpen(text);
    before = { candidate, stems, contextStems, pointed, unfit, header: isRow ? header : '' };
    read.push(before);
  }
  return read;
}

/** Whether an empty line stands between two sentences of a chunk. */
const breaks = (points: readonly string[], end: number, start: number): boolean =>
  start - end < 1_000 && /\n[^\S\n]*\n/.test(points.slice(Math.max(end, 0), Math.max(start, 0)).join(''));

/** A line that only announces what follows it. */
const endsOpen = (text: string): boolean => /[:：]$/.test(text);

/** @param opens whether it is the first line of its chunk: there a title may have a colon, too. */
function looksLikeHeading(text: string, opens: boolean): boolean {
  if (/^\s*#{1,6}\s/.test(text)) return true;
  if (/[.!?。！？:|]["'”’)\]]*$/.test(text) || /^\s*(?:[-*+•‣▪–]|\d{1,3}[.)])\s/.test(text)) return false;
  return text.length <= 80 && !(opens ? /:\s.*\d/ : /:\s/).test(text) && text.split(/\s+/).length <= 9;
}

/** Stems of the names in a sentence: capitalised words that do not begin it, and words with a capital and a digit. */
function namesOf(text: string): Set<string> {
  const words = wordsOf(text);
  const names = new Set<string>();
  for (const [index, word] of words.entries()) {
    const capital = /^\p{Lu}/u.test(word);
    const beforeNumber = index === 0 && capital && /^\d/.test(words[1] ?? '');
    if ((index > 0 && capital && word !== 'I') || /^\p{Lu}+\d/u.test(word) || beforeNumber) {
      names.add(stem(word));
      const next = words[index + 1];
      if (next !== undefined && /^\d+$/.test(next)) names.add(next);
    }
  }
  return names;
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
