import { createCanaryReader } from './canary-reader.ts';

/** What may be shown now. After `blocked` nothing more of the answer may be. */
export interface CanaryPiece {
  readonly text: string;
  readonly blocked: boolean;
}

/** Takes an answer in pieces. */
export interface CanaryStream {
  push(text: string): CanaryPiece;
  end(): CanaryPiece;
  /** UTF-16 units that are held back now. */
  readonly held: number;
}

/** Characters of the longest tag, comment or character reference that is passed over, or read, between two letters. */
const maxMarkup = 24;
/** What a tag counts for among the characters between two letters. */
const weightOfTag = 3;

const openReference = new RegExp(`^&(?:#(?:x[\\da-f]{0,${maxMarkup}}|\\d{0,${maxMarkup}}))?$`, 'i');
const space = 0x20;

/**
 * Ends an answer before any part of the canary is shown, forwards or backwards: in whichever case, with look-alikes for
 * its letters, with spaces, signs, digits and short tags between them, and with numeric character references for them. An
 * encoding of it (base64, numbers, other words that begin with its letters) is not seen. Held back is only the end of the text that a part of the canary could begin with.
 *
 * @param canary letters a to z
 */
export function createCanaryStream(canary: string): CanaryStream {
  const readings = `${canary} ${[...canary].reverse().join('')}`;
  /** What may fold to a letter of it: those letters, references, and all that is not ASCII. */
  const mayBegin = new RegExp(`[${canary}&]|[^\\0-\\x7f]`, 'gi');
  const written = createCanaryReader(readings);
  /** The same text as a page shows it. */
  const rendered = createCanaryReader(readings);
  let held = '';
  /** A tag or a reference in `held` that has not ended yet: `rendered` has read all before it. */
  let markup: number | undefined;
  let blocked = false;
  /** The first half of a character whose second half is on its way. */
  let half = '';

  /** Lets go of all that stands before what still counts, or of all where nothing does. */
  const release = (): string => {
    const to = Math.min(written.oldest ?? held.length, rendered.oldest ?? held.length, markup ?? held.length);
    const text = held.slice(0, to);
    held = held.slice(to);
    written.shift(to);
    rendered.shift(to);
    if (markup !== undefined) markup -= to;
    return text;
  };
  const forget = () => {
    written.forget();
    rendered.forget();
    markup = undefined;
  };
  const read = (text: string, place: number) => {
    let at = place;
    for (const char of text) {
      rendered.read(char.codePointAt(0) ?? 0, at);
      at += char.length;
    }
  };
  /** Reads the last character of `held` as a page shows it. */
  const render = (char: string, place: number) => {
    if (markup !== undefined) {
      const begun = held.slice(markup);
      const isTag = begun.startsWith('<');
      if (isTag ? char !== '>' && begun.length <= maxMarkup : openReference.test(begun)) return;
      const from = markup;
      markup = undefined;
      const reference = isTag ? undefined : /^&#(?:x([\da-f]+)|(\d+))/i.exec(begun);
      if (isTag && char === '>') {
        rendered.read(space, from, weightOfTag);
        return;
      }
      if (reference) {
        const codePoint = Number.parseInt(reference[1] ?? reference[2] ?? '', reference[1] ? 16 : 10);
        rendered.read(codePoint <= 0x10ffff ? codePoint : space, from);
        if (char === ';') return;
      } else read(begun.slice(0, -char.length), from);
    }
    if (char === '&' || (char === '<' && rendered.oldest !== undefined)) markup = place;
    else read(char, place);
  };

  const take = (text: string): CanaryPiece => {
    let shown = '';
    for (let at = 0; at < text.length; ) {
      if (held === '') {
        mayBegin.lastIndex = at;
        const next = mayBegin.exec(text)?.index ?? text.length;
        shown += text.slice(at, next);
        at = next;
        if (at === text.length) break;
      }
      const codePoint = text.codePointAt(at) ?? 0;
      const char = String.fromCodePoint(codePoint);
      at += char.length;
      const place = held.length;
      held += char;
      written.read(codePoint, place);
      render(char, place);
      blocked = written.shown || rendered.shown;
      if (blocked) return { text: shown, blocked };
      shown += release();
    }
    return { text: shown, blocked };
  };

  return {
    push(text) {
      if (blocked) return { text: '', blocked };
      const all = half + text;
      half = /[\ud800-\udbff]$/.exec(all)?.[0] ?? '';
      return take(half ? all.slice(0, -1) : all);
    },
    end() {
      if (blocked) return { text: '', blocked };
      const piece = take(half);
      half = '';
      if (piece.blocked) return piece;
      // A reference may end with the text.
      if (markup !== undefined) render(' ', held.length);
      blocked = rendered.shown;
      if (blocked) return { text: piece.text, blocked };
      const rest = held;
      held = '';
      forget();
      return { text: piece.text + rest, blocked };
    },
    get held() {
      return held.length + half.length;
    },
  };
}
