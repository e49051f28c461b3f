import { foldCodePoint } from '../text/fold.ts';

/** So many letters of the canary in a row show it; fewer may come about by chance, or by a word that has been cut. */
const shownLength = 10;
/** Characters between two of its letters that are passed over: spaces, signs, digits, line ends, what cannot be seen. */
const maxBetween = 24;

/** Follows how much of a canary the last letters of a text are. */
export interface CanaryReader {
  /** @param place where the character stands. @param weight of characters that count as nothing between letters */
  read(codePoint: number, place: number, weight?: number): void;
  /** The place of the first letter that still counts. */
  readonly oldest: number | undefined;
  readonly shown: boolean;
  /** Something was taken from the front of the text. */
  shift(by: number): void;
  forget(): void;
}

/** @param readings of the canary, with a space between */
export function createCanaryReader(readings: string): CanaryReader {
  /** The letters that are a part of the canary, and where each stands. */
  let letters = '';
  let places: number[] = [];
  let between = 0;
  let shown = false;

  const drop = (count: number) => {
    letters = letters.slice(count);
    places = places.slice(count);
  };
  return {
    read(codePoint, place, weight = 1) {
      let counts = false;
      for (const folded of foldCodePoint(codePoint)) {
        const letter = String.fromCodePoint(folded);
        if (/[a-z]/.test(letter)) {
          between = 0;
          letters += letter;
          places.push(place);
          while (!readings.includes(letters)) drop(1);
          shown ||= letters.length >= shownLength;
        } else if (/\p{L}/u.test(letter)) drop(letters.length);
        else continue;
        counts = true;
      }
      if (counts) return;
      between += weight;
      if (between > maxBetween) drop(letters.length);
    },
    get oldest() {
      return places[0];
    },
    get shown() {
      return shown;
    },
    shift(by) {
      places = places.map((place) => place - by);
    },
    forget: () => drop(letters.length),
  };
}
