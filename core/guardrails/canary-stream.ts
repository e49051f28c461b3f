import { foldCodePoint } from './fold.ts';

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

/** So many letters of the canary in a row show it; fewer may come about by chance, or by a word that has been cut. */
const shownLength = 10;
/** Characters between two of its letters that are passed over: spaces, signs, digits, line ends, what cannot be seen. */
const maxBetween = 24;

/**
 * Ends an answer before any part of the canary is shown, forwards or backwards: in whichever case, with look-alikes for
 * its letters, and with spaces, signs and digits between them. An encoding of it (base64, numbers, other words that begin
 * with its letters) is not seen. Held back is only the end of the text that a part of the canary could begin with.
 *
 * @param canary letters a to z
 */
export function createCanaryStream(canary: string): CanaryStream {
  const readings = `${canary} ${[...canary].reverse().join('')}`;
  /** What may fold to a letter of it: those letters, and all that is not ASCII. */
  const mayBegin = new RegExp(`[${canary}]|[^\\0-\\x7f]`, 'gi');
  const isPart = (letters: string) => readings.includes(letters);
  let held = '';
  /** The letters in `held` that are a part of the canary, and where in it each stands. */
  let letters = '';
  let places: number[] = [];
  let between = 0;
  let blocked = false;
  /** The first half of a character whose second half is on its way. */
  let half = '';

  /** Lets go of all that stands before the first letter that still counts, or of all where none does. */
  const release = (): string => {
    const to = places[0] ?? held.length;
    const text = held.slice(0, to);
    held = held.slice(to);
    places = places.map((place) => place - to);
    return text;
  };
  const forget = (count: number) => {
    letters = letters.slice(count);
    places = places.slice(count);
  };
  const read = (letter: string, place: number) => {
    between = 0;
    letters += letter;
    places.push(place);
    while (!isPart(letters)) forget(1);
    blocked ||= letters.length >= shownLength;
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
      let counts = false;
      for (const folded of foldCodePoint(codePoint)) {
        const letter = String.fromCodePoint(folded);
        if (/[a-z]/.test(letter)) read(letter, place);
        else if (/\p{L}/u.test(letter)) forget(letters.length);
        else continue;
        counts = true;
      }
      if (!counts) {
        between += 1;
        if (between > maxBetween) forget(letters.length);
      }
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
      const rest = held;
      held = '';
      forget(letters.length);
      return { text: piece.text + rest, blocked };
    },
    get held() {
      return held.length + half.length;
    },
  };
}
