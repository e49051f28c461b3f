import { endsSentence } from './sentence-end.ts';

/** A verbatim piece of a text; `start` and `end` count code points, `end` is exclusive. */
export interface SentenceSlice {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** No sentence is longer than this, in UTF-16 units: a quote that long helps nobody and the embedder cuts it off. */
export const maxSentenceLength = 600;

/**
 * Cuts a text into sentences. Every piece stands verbatim in the text at its offsets, in order and without overlap;
 * only white space lies between the pieces. A heading, a list item and a table row are each a piece of their own,
 * and the lines of a hard-wrapped paragraph are read as one. Linear in the length of the text.
 */
export function splitSentences(text: string): SentenceSlice[] {
  const pieces: SentenceSlice[] = [];
  let unit = 0;
  let point = 0;
  const pointAt = (target: number): number => {
    while (unit < target) {
      unit += (text.codePointAt(unit) as number) > 0xffff ? 2 : 1;
      point += 1;
    }
    return point;
  };
  const push = (from: number, to: number) => {
    let [start, end] = [from, to];
    while (start < end && isSpace(text, start)) start += 1;
    while (end > start && isSpace(text, end - 1)) end -= 1;
    while (end - start > maxSentenceLength) {
      const cut = cutBefore(text, start, start + maxSentenceLength);
      let stop = cut;
      while (stop > start && isSpace(text, stop - 1)) stop -= 1;
      if (stop > start)
        pieces.push({ text: text.slice(start, stop), start: pointAt(start), end: pointAt(stop) });
      start = cut;
      while (start < end && isSpace(text, start)) start += 1;
    }
    if (end > start) pieces.push({ text: text.slice(start, end), start: pointAt(start), end: pointAt(end) });
  };
  for (const [start, end] of blocks(text)) {
    let from = start;
    if (!isRow(text.slice(start, end))) {
      for (let at = start; at < end; at += 1) {
        const stop = endsSentence(text, start, at, end);
        if (stop === 0) continue;
        push(from, stop);
        from = stop;
        at = stop - 1;
      }
    }
    push(from, end);
  }
  return pieces;
}

const space = /^\s$/u;
const isSpace = (text: string, at: number): boolean => space.test(text[at] as string);

/** A line made of cells: table rows keep together, whatever points their cells contain. */
const isRow = (line: string): boolean =>
  line.includes(' | ') || line.includes('\t') || /^\s*\||\S {3,}\S/.test(line);

const marker = /^\s*(?:[-*+•‣▪–—·]|\d{1,3}[.)]|[a-zA-Z][.)]|#{1,6}|>)\s/u;
const wrapLength = 50;

/** Ranges of lines that belong together: a line alone, or the lines of a wrapped paragraph or list item. */
function blocks(text: string): [number, number][] {
  const found: [number, number][] = [];
  let open: [number, number] | undefined;
  let before = '';
  for (let from = 0; from <= text.length; ) {
    let to = from;
    while (to < text.length && !isBreak(text.charCodeAt(to))) to += 1;
    const line = text.slice(from, to);
    if (line.trim() === '') {
      open = undefined;
    } else if (open && continues(before, line)) {
      open[1] = to;
    } else {
      open = [from, to];
      found.push(open);
    }
    before = line;
    from = to + (text.startsWith('\r\n', to) ? 2 : 1);
  }
  return found;
}

const isBreak = (unit: number): boolean =>
  unit === 10 || unit === 13 || unit === 12 || unit === 0x85 || unit === 0x2028 || unit === 0x2029;

/** Whether `line` goes on with the sentence that `before` left open, as in text wrapped at a column. */
function continues(before: string, line: string): boolean {
  if (isRow(before) || isRow(line) || marker.test(line) || /^\s*#{1,6}\s/.test(before)) return false;
  const last = before.trimEnd();
  const small = /^\s*\p{Ll}/u.test(line);
  if (/[:;：]$/.test(last)) return small && last.length >= wrapLength;
  // Short lines that begin small are a list without markers: "flour", "sugar".
  if (small) return last.length >= wrapLength / 2;
  if (/[.!?…。！？]["'”’)\]]*$/u.test(last)) return false;
  // "Family ticket (two adults, three children): $34" is long, but complete.
  return last.length >= wrapLength && !/:\s+\S{1,20}(?:\s\S{1,12}){0,3}$/.test(last);
}

/** Where to cut a piece that is too long: after a clause, else at white space, else anywhere but inside a character. */
function cutBefore(text: string, start: number, limit: number): number {
  const floor = start + maxSentenceLength / 2;
  for (const wanted of [';:。；', ',，、)', ' \t\n']) {
    for (let at = limit - 1; at >= floor; at -= 1) {
      const next = text[at + 1];
      if (!wanted.includes(text[at] as string)) continue;
      if (wanted.startsWith(' ') || next === undefined || space.test(next) || text.charCodeAt(at) > 0x3000)
        return at + 1;
    }
  }
  const last = text.charCodeAt(limit - 1);
  return last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
}
