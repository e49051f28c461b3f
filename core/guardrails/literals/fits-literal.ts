import { gapKinds, type Reading } from '../text/normal-text.ts';

/** Letters that may follow in a word whose beginning was taken apart (`ha-cking`). */
const maxLettersLeft = 3;
/** Those that may follow whatever their number, and where the last piece has one letter of the match (`hac-king`). */
const endings = new Set(
  's e n y o a es en er ed ing ers ings est ern able ably ability athon ation ой ом ов ы а и у е ить ать'.split(
    ' ',
  ),
);
/** Those that a word may begin with before what was taken apart (`unha-ck`). */
const beginnings = new Set('un re de dis mis out over anti non pre be ver ge'.split(' '));
const maxLettersBefore = 4;
/** The longest ending. */
const maxEnding = 7;

/** Looking at one letter as part of a piece, in comparisons of a gap. */
const workOfPieces = 8;

/** What a literal asks of the place where its letters were found. */
export interface Fit {
  /** Before each letter of the literal, as in a `Reading`. */
  readonly gaps: Uint8Array;
  /** Only whole words. */
  readonly word: boolean;
}

/**
 * Whether letters of a text that are those of a literal read as the literal.
 *
 * Where the text has a gap and the literal has none, or the other way round, the reader has to join what stands apart:
 *
 * - at signs (`ha-ck`, `h.a.c.k`), or where the literal's own space is left out (`creditcard`): the match begins where a
 *   word begins and ends where one ends, nearly. So `half-ish` is no `fish`, and `crisis` is no `is is`.
 * - at white space: single letters in a row (`h a c k`), or a single letter that is no word by itself (`hac k`), between
 *   words' ends. So `the rapist` is no `therapist`, and `a part` no `apart`.
 *
 * @param effort grows by what it cost: about one for each letter and time that it was looked at.
 */
export function fitsLiteral(
  reading: Reading,
  start: number,
  { gaps, word }: Fit,
  effort: { work: number },
): boolean {
  effort.work += 1;
  const end = start + gaps.length;
  const begins = isEdge(reading, start);
  const ends = isEdge(reading, end);
  if (word && !(begins && ends)) return false;
  let joined = 0;
  let spaced = false;
  for (let n = 1; n < gaps.length; n += 1) {
    const gap = reading.gaps[start + n] ?? 0;
    if ((gap === 0) === (gaps[n] === 0)) continue;
    if (!begins && !beginsInside(reading, start)) {
      effort.work += n;
      return false;
    }
    if (gap === gapKinds.space) spaced = true;
    else joined ||= start + n;
  }
  effort.work += gaps.length;
  if (joined === 0 && !spaced) return true;
  if (spaced && !begins) return false;
  effort.work += workOfPieces * gaps.length;
  const pieces = piecesOf(reading, start, gaps);
  if (isEnumeration(reading, start, gaps.length, pieces)) return false;
  if (spaced) return (ends || isSpelledBeginning(pieces)) && isSpelled(pieces);
  const singles = pieces.every(({ single }) => single);
  if (!singles && pieces.filter((piece) => piece.apostrophe).length === 1) return false;
  if (!ends && !singles && !isHump(reading, end) && !isEnding(reading, end, pieces)) return false;
  return !isInChain(reading, start, joined, pieces);
}

/** Whether a match may begin within a word: at a capital behind a small letter (`myCreditCard`), or behind `un` and such. */
function beginsInside(reading: Reading, start: number): boolean {
  if (isHump(reading, start)) return true;
  let from = start;
  while (reading.gaps[from] === gapKinds.none && start - from <= maxLettersBefore) from -= 1;
  return beginnings.has(reading.units.slice(from, start));
}

const isHump = ({ humps }: Reading, at: number) => humps?.[at] === 1;

/** Whether what is left of the last word is little, or how words end. */
function isEnding(reading: Reading, end: number, pieces: readonly Piece[]): boolean {
  const left = lettersLeft(reading, end);
  if (left <= maxLettersLeft && pieces.at(-1)?.single === false) return true;
  return left <= maxEnding && endings.has(reading.units.slice(end, end + left));
}

/**
 * Whether the pieces are the beginning of a word that goes on (`h a c king`): three letters alone or more. Two of them
 * stand before many a word: `plan b a day`.
 */
const isSpelledBeginning = (pieces: readonly Piece[]) =>
  pieces.length > 3 && pieces.slice(0, -1).every(({ single }) => single);

/** So many letters with commas between them are no mere list. */
const leastSpelledWithCommas = 4;
const comma = 0x2c;
const apostrophe = 0x27;

/** Whether single letters are only a list of such: `a/b/c`, `R, G, B`. */
function isEnumeration({ units }: Reading, start: number, length: number, pieces: readonly Piece[]): boolean {
  const inner = pieces.slice(1);
  const withCommas = inner.some(({ sign }) => sign === comma);
  if (!pieces.every(({ single }) => single)) return withCommas && pieces.some(({ single }) => single);
  if (withCommas && pieces.length < leastSpelledWithCommas) return true;
  for (let n = 1; n < length; n += 1)
    if (units.charCodeAt(start + n) !== units.charCodeAt(start + n - 1) + 1) return false;
  return true;
}

/** What stands together in a match. */
interface Piece {
  /** One letter, with its marks. */
  readonly single: boolean;
  /** A single letter that hangs on no other piece or word (`that's`, `x-ray`), and is no word in any language. */
  readonly telling: boolean;
  /** White space before it has to be bridged. */
  readonly bridged: boolean;
  /** The signs before it. */
  readonly sign: number;
  /** Only an apostrophe stands before it: `he'll` is no `hell`. */
  readonly apostrophe: boolean;
  /** Consonants alone, as `noWord` says. */
  readonly noWord: boolean;
  /** A word such as stands beside a letter in any text: `p in`, `C vs`. */
  readonly common: boolean;
}

function piecesOf(reading: Reading, start: number, wanted: Uint8Array): Piece[] {
  const { units, gaps, signs } = reading;
  const end = start + wanted.length;
  const pieces: Piece[] = [];
  for (let from = start; from < end; ) {
    const to = pieceEnd(reading, from, end);
    const single = isOneLetter(units, from, to);
    const hangs = gaps[from] === gapKinds.signs || gaps[to] === gapKinds.signs;
    pieces.push({
      single,
      telling: single && !hangs && !isLabel(reading, from) && !aloneAsWord(units.charCodeAt(from)),
      bridged: from > start && gaps[from] === gapKinds.space && wanted[from - start] === 0,
      sign: from > start ? (signs[from] ?? 0) : 0,
      apostrophe: from > start && signs[from] === apostrophe,
      noWord: to - from <= maxNoWord && isWhole(reading, from, to) && noWord.test(units.slice(from, to)),
      common: to - from <= maxCommon && isWhole(reading, from, to) && common.has(units.slice(from, to)),
    });
    from = to;
  }
  return pieces;
}

/** Whether the pieces of a match with white space in it are such as nobody writes but to take a word apart. */
function isSpelled(pieces: readonly Piece[]): boolean {
  const inner = pieces.slice(1);
  // Between names in a program stand operators, and each time another one.
  const operators = inner.some(({ sign }) => isOperator(sign));
  if (operators && inner.some(({ sign }) => sign !== inner[0]?.sign)) return false;
  if (pieces.every(({ single }) => single) && pieces.length >= 3) return true;
  const singles = pieces.filter(({ single }) => single).length;
  if (singles < pieces.length && singles < 3 && pieces.every((piece) => piece.single || piece.common))
    return false;
  const tells = tellingRuns(pieces);
  return (
    pieces.some(({ telling }) => telling) &&
    pieces.every(({ bridged }, n) => !bridged || tells[n] === true || tells[n - 1] === true)
  );
}

/** By piece: whether it is one of single letters in a row (`k e y` of `k e y logger`), one of which tells. */
function tellingRuns(pieces: readonly Piece[]): boolean[] {
  const tells = pieces.map(({ telling }) => telling);
  for (let n = 1; n < tells.length; n += 1) tells[n] ||= tells[n - 1] === true && pieces[n]?.single === true;
  for (let n = tells.length - 2; n >= 0; n -= 1)
    tells[n] ||= tells[n + 1] === true && pieces[n]?.single === true;
  return tells;
}

/**
 * Whether a match of longer pieces is out of the middle of a path or a chain of names: `a.is.is`, `/lib/ha/ck`. Where
 * hyphens or lines join it, a piece that is no word tells that a word was taken apart: `to-ha-ck-it`.
 */
function isInChain(reading: Reading, start: number, joined: number, pieces: readonly Piece[]): boolean {
  const before = reading.gaps[start] === gapKinds.signs ? reading.signs[start] : 0;
  if (before === 0 || before !== reading.signs[joined] || pieces.every(({ single }) => single)) return false;
  return !(isLine(before) && pieces.some(({ noWord }) => noWord));
}

const isLine = (sign: number | undefined) => sign === 0x2d || sign === 0x5f;

const isOperator = (sign: number) => sign === 0x3c || sign === 0x3d || sign === 0x3e;

/** Words of two letters or three that stand beside single letters (names of variables, grades, languages). */
const common = new Set(
  'in on at is or ex vs an as to of it if am ad be by do go he me my no so up us we hi oh ok op ob re um de du el en es et la le il in im er da zu so und and for not are was has had the but per via out off all any one two hat'.split(
    ' ',
  ),
);
const maxCommon = 3;
/** What no language writes for a word, nor leaves of one at an apostrophe (`today-s-lot`). */
const noWord = /^(?:[bfghkpqrvwxz]|[bcdfghjklmnpqrstvwxz]{2,})$/;
const maxNoWord = 4;

/** Whether letters are a whole word. */
const isWhole = ({ gaps }: Reading, from: number, to: number) =>
  gaps[from] !== gapKinds.none && (to >= gaps.length || gaps[to] !== gapKinds.none);

/** Words that a letter follows as a name: `vitamin C`, `plan B`. */
const labelled = new Set(
  'vitamin vitamins plan type typ class classe klasse grade team group groupe gruppe option part teil section hepatitis size level appendix figure table drive gate terminal exhibit block column row line point step version model category schedule annex building wing hall phase stage route bus line zone'.split(
    ' ',
  ),
);

/** Whether the letter is the name of what the word before it says. */
function isLabel({ units, gaps }: Reading, at: number): boolean {
  if (at === 0 || gaps[at] !== gapKinds.space) return false;
  let from = at - 1;
  while (from > 0 && gaps[from] === 0 && at - from < 12) from -= 1;
  return labelled.has(units.slice(from, at));
}

function pieceEnd({ gaps }: Reading, from: number, end: number): number {
  let to = from + 1;
  while (to < end && gaps[to] === 0) to += 1;
  return to;
}

function isOneLetter(units: string, from: number, to: number): boolean {
  if (to - from === 1) return true;
  if (to - from > 4) return false;
  return /^.\p{M}*$/u.test(units.slice(from, to));
}

/** Letters that are words by themselves in some language, and digits. */
const words = new Set([...'aeiouyаеёиоуыэюявкстжбiієαοηω0123456789'].map((letter) => letter.charCodeAt(0)));
const aloneAsWord = (unit: number) => words.has(unit);

function lettersLeft({ gaps }: Reading, end: number): number {
  let left = 0;
  while (end + left < gaps.length && gaps[end + left] === 0 && left <= maxEnding) left += 1;
  return left;
}

/** Whether a word begins or ends before this letter. In a script without spaces that is anywhere. */
function isEdge({ units, gaps }: Reading, at: number): boolean {
  if (at >= gaps.length || gaps[at] !== 0) return true;
  const after = units.charCodeAt(at);
  if (!writesWithoutSpaces(after) && !writesWithoutSpaces(units.charCodeAt(at - 1))) return false;
  return !/^[\p{M}\udc00-\udfff]/u.test(units.charAt(at));
}

/** Thai and Lao, Myanmar, Khmer, kana, Han (with the half of a pair that begins its rare ones). */
const withoutSpaces = [
  [0x0e00, 0x0eff],
  [0x1000, 0x109f],
  [0x1780, 0x17ff],
  [0x3005, 0x3007],
  [0x3040, 0x30ff],
  [0x31f0, 0x31ff],
  [0x3400, 0x9fff],
  [0xf900, 0xfaff],
  [0xd840, 0xd88f],
] as const;

const writesWithoutSpaces = (unit: number) =>
  unit >= 0x0e00 && withoutSpaces.some(([from, to]) => unit >= from && unit <= to);
