import { type CodePoints, codePoints } from './code-points.ts';
import type { Section } from './parsed-document.ts';

/** A verbatim piece of a document's text; `start` and `end` are code points, `end` exclusive. */
export interface TextChunk {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The headings above it, outermost first, joined by ` > `. */
  readonly section?: string;
}

export type SplitSentences = (text: string) => readonly { readonly start: number; readonly end: number }[];

/** A chunk is closed at the first border after this many words, and before a piece that would pass the larger. */
const enoughWords = 180;
const maxWords = 220;
/** Tokens of the embedding model, estimated: it cuts passages at 512, of which title and section need some. */
const maxTokens = 420;
const overlapWords = 40;

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly words: number;
  readonly tokens: number;
  /** Where a paragraph, list item or row begins, rather than a later sentence of one. */
  readonly opens: boolean;
  readonly section: number;
}

/**
 * Cuts a document into chunks of about 200 words at borders of paragraphs, else of sentences. A chunk may join small
 * subsections but never crosses a top section. Where a paragraph is cut, the next chunk repeats its last sentence.
 * Chunks are verbatim, in order, and all text but white space lies in one.
 */
export function chunkText(
  text: string,
  sections: readonly Section[],
  splitSentences: SplitSentences,
): TextChunk[] {
  const points = codePoints(text);
  const chunks: TextChunk[] = [];
  for (const group of topSections(sections)) {
    const pieces = group.flatMap((at) => piecesOf(points, sections[at] as Section, at, splitSentences));
    for (const [from, to] of pack(pieces, sections)) {
      const [first, last] = [pieces[from] as Piece, pieces[to - 1] as Piece];
      const inside = pieces.slice(from, to).map((piece) => (sections[piece.section] as Section).headings);
      const section = commonPath(inside).join(' > ');
      chunks.push({
        text: points.slice(first.start, last.end),
        start: first.start,
        end: last.end,
        ...(section !== '' && { section }),
      });
    }
  }
  return chunks;
}

/** Groups of section numbers under the same top heading. A lone outermost heading is the document's title, not a section. */
function topSections(sections: readonly Section[]): number[][] {
  const outermost = new Set(sections.flatMap(({ headings }) => headings.slice(0, 1)));
  const openings = sections.filter(({ headings }) => headings.length === 1).length;
  const depth = outermost.size === 1 && openings === 1 ? 2 : 1;
  const groups: number[][] = [];
  for (const [at, { headings }] of sections.entries()) {
    const group = groups.at(-1);
    if (!group || headings.length <= depth) groups.push([at]);
    else group.push(at);
  }
  return groups;
}

/** The sentences of a section, each with its cost; what is too long for a chunk is cut at spaces. */
function piecesOf(points: CodePoints, section: Section, at: number, splitSentences: SplitSentences): Piece[] {
  const text = points.slice(section.start, section.end);
  const inner = codePoints(text);
  const pieces: Piece[] = [];
  let before = 0;
  for (const { start, end } of splitSentences(text)) {
    const opens = pieces.length === 0 || inner.slice(before, start).includes('\n');
    before = end;
    for (const [from, to] of bounded(inner, start, end)) {
      pieces.push({
        start: section.start + from,
        end: section.start + to,
        ...cost(inner.slice(from, to)),
        opens: opens && from === start,
        section: at,
      });
    }
  }
  return pieces;
}

/** Ranges of pieces, each range a chunk. */
function pack(pieces: readonly Piece[], sections: readonly Section[]): [number, number][] {
  const ranges: [number, number][] = [];
  const isHeading = (at: number) => {
    const piece = pieces[at];
    const section = piece && sections[piece.section];
    return section !== undefined && section.headings.length > 0 && piece?.start === section.start;
  };
  let from = 0;
  let fresh = 0;
  let words = 0;
  let tokens = 0;
  const count = (start: number, end: number) => {
    words = 0;
    tokens = 0;
    for (const piece of pieces.slice(start, end)) {
      words += piece.words;
      tokens += piece.tokens;
    }
  };
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] as Piece;
    const fits = words + piece.words <= maxWords && tokens + piece.tokens <= maxTokens;
    if (at > fresh && (!fits || (piece.opens && words >= enoughWords))) {
      let end = at;
      // A heading belongs with what follows it.
      while (end - 1 > fresh && isHeading(end - 1)) end--;
      ranges.push([from, end]);
      fresh = end;
      const last = pieces[end - 1] as Piece;
      const repeats = end === at && !piece.opens && last.words <= overlapWords && end - 1 > from;
      const room = last.tokens + piece.tokens <= maxTokens && last.words + piece.words <= maxWords;
      from = repeats && room ? end - 1 : end;
      count(from, at);
    }
    words += piece.words;
    tokens += piece.tokens;
  }
  if (fresh < pieces.length) ranges.push([from, pieces.length]);
  return ranges;
}

/** Ranges of at most a chunk's cost, cut at white space where there is any. */
function bounded(points: CodePoints, start: number, end: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let from = start; from < end; ) {
    let to = Math.min(end, from + 1_200);
    while (to - from > 1 && !affordable(points.slice(from, to))) to = from + Math.ceil((to - from) * 0.7);
    if (to < end) {
      const space = points.slice(from, to).search(/\s\S*$/);
      if (space > 0) to = from + codePoints(points.slice(from, to).slice(0, space)).length;
    }
    ranges.push([from, to]);
    from = to;
    while (from < end && /^\s$/.test(points.slice(from, from + 1))) from++;
  }
  return ranges;
}

const affordable = (text: string): boolean => {
  const { words, tokens } = cost(text);
  return words <= maxWords && tokens <= maxTokens;
};

/**
 * Words, and an estimate of the model's tokens from above: a word of Latin letters is about one for every four
 * letters, an abbreviation for every two; digits come in twos; each mark, and each letter of scripts that the model hardly knows, is one.
 */
export function cost(text: string): { words: number; tokens: number } {
  let words = 0;
  let tokens = 0;
  for (const [run] of text.matchAll(/[A-Za-z]+|\d+|[^\sA-Za-z\d]/gu)) {
    if (/^[A-Z]{2,}$/.test(run)) tokens += Math.ceil(run.length / 2);
    else if (/^[A-Za-z]/.test(run)) tokens += Math.ceil(run.length / 4);
    else if (/^\d/.test(run)) tokens += Math.ceil(run.length / 2);
    else tokens += 1;
  }
  for (const _ of text.matchAll(/\S+/g)) words++;
  return { words, tokens };
}

function commonPath(paths: readonly (readonly string[])[]): string[] {
  const [first = [], ...rest] = paths;
  let length = first.length;
  for (const path of rest) {
    let same = 0;
    while (same < length && path[same] === first[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}
