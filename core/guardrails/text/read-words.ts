import { fold, type Kind, kinds, latinScript } from './fold.ts';

/** One text in all readings, by unit of `plain`, while it grows. */
export interface Draft {
  readonly plain: number[];
  readonly written: number[];
  readonly latin: number[];
  readonly looks: number[];
  readonly at: number[];
  readonly kinds: Kind[];
  readonly scripts: number[];
}

/** What a word is by its own letters. */
interface Word {
  readonly from: number;
  readonly to: number;
  /** Not Latin, and the only one in the word; 0: Latin, none, or several. */
  readonly script: number;
  /** Its letters are of several scripts, Latin one of them. */
  readonly mixesLatin: boolean;
  /** All of its letters are Latin, two or more. */
  readonly latinAlone: boolean;
  /** All of its letters look like Latin ones at first sight: `наск`. */
  readonly alike: boolean;
  /** How far it says in what script the words beside it are. */
  readonly says: Says;
}

const says = {
  /** Nothing: a letter alone, digits, or a small word such as Russian and Greek have. */
  nothing: 0,
  /** Its own: some of its letters look like no Latin one. */
  itsScript: 1,
  /** That Latin may be meant: Latin letters, scripts mixed, or look-alikes that its own script would not write so. */
  latin: 2,
} as const;
type Says = (typeof says)[keyof typeof says];

/** Words judged between two breaks. */
const wordsBetweenBreaks = 500;

/**
 * Decides for each word whether what looks like Latin letters is meant so; where it is, `plain` and `latin` have them.
 *
 * A word is truly of another script when all its letters are of that one and some of them look like no Latin letter
 * (`сорт`: a `т` is no `t`). One of look-alikes alone is so only where Russian, Ukrainian or Greek would write it (small
 * letters of theirs, at most the first a capital) and the nearest words that tell are of that script too: `в яблочном
 * соке` is no `coke`. So words around it hide no `НАСК`, for want of small letters that look like `h`, and what is left
 * is a rule made of `a c e i k o p x y` (in Greek: `a i k v o p u x`) alone, written small among words of the script: who
 * reads that, reads Russian. A letter alone is so under the same condition, but not in a row of three, nor beside a
 * word that is read as Latin.
 */
export function* readWords(draft: Draft, text: string): Generator<void, void> {
  const words = wordsOf(draft, text);
  yield;
  const amongLatin = isLatinBesides(words);
  let alone = 0;
  for (const [place, word] of words.entries()) {
    const { from, to, script, mixesLatin } = word;
    if (!isAlone(word)) alone = 0;
    else if (alone === 0) alone = inARow(words, place);
    const genuine =
      script !== 0 &&
      !isJoined(draft, word) &&
      ((word.says === says.itsScript && !(amongLatin && word.alike)) ||
        (word.says === says.nothing && alone < spelledFrom && isAmongItsOwn(words, place)));
    for (let n = from; n < to; n += 1) {
      if (genuine) draft.latin[n] = draft.written[n] ?? 0;
      if (mixesLatin) draft.plain[n] = draft.looks[n] ?? 0;
    }
    if (place % wordsBetweenBreaks === 0) yield;
  }
}

/** Whether some words are Latin, and none is of another script but such as look like Latin ones. */
function isLatinBesides(words: readonly Word[]): boolean {
  let latin = false;
  for (const { alike, latinAlone, says: told } of words) {
    if (told === says.itsScript && !alike) return false;
    if (latinAlone) latin = true;
  }
  return latin;
}

/** So many letters alone in a row are spelled out. */
const spelledFrom = 3;
const isAlone = ({ from, to }: Word) => to - from === 1;

function inARow(words: readonly Word[], place: number): number {
  let to = place;
  for (let word = words[to]; word && isAlone(word); word = words[to]) to += 1;
  return to - place;
}

/** A letter alone that a sign joins to another letter is part of something spelled out, of which nothing is known. */
function isJoined({ kinds: kindsOf }: Draft, { from, to }: Word): boolean {
  if (to - from !== 1) return false;
  const joins = (step: number, at: number) =>
    kindsOf[at] === kinds.sign && kindsOf[at + step] === kinds.letter;
  return joins(-1, from - 1) || joins(1, to);
}

/** How many words away one looks for those that tell. */
const neighbourhood = 4;

/** Whether the nearest words that tell are of the same script: on both sides, or on one where the other has none. */
function isAmongItsOwn(words: readonly Word[], place: number): boolean {
  const { script } = words[place] ?? {};
  const beside = [-1, 1].map((step) => {
    for (let n = 1; n <= neighbourhood; n += 1) {
      const word = words[place + n * step];
      if (word === undefined) return undefined;
      if (word.says !== says.nothing) return word.says === says.itsScript && word.script === script;
    }
    return undefined;
  });
  return beside.includes(true) && !beside.includes(false);
}

function wordsOf(draft: Draft, text: string): Word[] {
  const { kinds: kindsOf } = draft;
  const words: Word[] = [];
  for (let from = 0; from < kindsOf.length; from += 1) {
    if (kindsOf[from] !== kinds.letter) continue;
    let to = from;
    while (kindsOf[to] === kinds.letter) to += 1;
    words.push(wordOf(draft, text, from, to));
    from = to;
  }
  return words;
}

function wordOf(draft: Draft, text: string, from: number, to: number): Word {
  let script = 0;
  let withLatin = false;
  let mixed = false;
  let deceiving = true;
  let alike = true;
  let odd = false;
  for (let n = from; n < to; n += 1) {
    const looks = draft.looks[n] ?? 0;
    const own = draft.scripts[n] || (looks >= 0x61 && draft.written[n] === looks ? latinScript : 0);
    if (own === 0) continue;
    if (own === latinScript) withLatin = true;
    else if (looks > 0x7f || !isDeceiving(draft, text, n)) deceiving = false;
    if (own !== latinScript) {
      const letter = text.charAt(draft.at[n] ?? 0);
      odd ||= oddLetters.has(letter);
      alike &&= looks <= 0x7f && (similar.has(letter) || isDeceiving(draft, text, n));
    }
    if (script !== 0 && own !== script) mixed = true;
    script = own;
  }
  const told = (): Says => {
    if (withLatin || mixed) return says.latin;
    if (script === 0 || to - from === 1) return says.nothing;
    if (!deceiving) return odd && alike ? says.latin : says.itsScript;
    return isSmall(draft, text, from, to) ? says.nothing : says.latin;
  };
  return {
    from,
    to,
    script: mixed || withLatin ? 0 : script,
    mixesLatin: mixed && withLatin,
    latinAlone: withLatin && !mixed && to - from > 1,
    alike: alike && !withLatin && to - from > 1,
    says: told(),
  };
}

/** Whether a letter cannot be told from a Latin one. */
const isDeceiving = (draft: Draft, text: string, n: number) =>
  fold(text.codePointAt(draft.at[n] ?? 0) ?? 0).deceives;

/** Cyrillic that nobody takes for other letters than these Latin ones, small or not. */
const similar = new Set('внмткгВНМТК');
/** Letters that Russian, Ukrainian, Bulgarian and Serbian do not have today. */
const oddLetters = new Set('һѕԁԛԝӏҺЅԀԚԜӀ');

/** Look-alikes alone, as Russian, Ukrainian and Greek write them; the first may be a capital. */
const small = new Set('аеёіїкорсухαάιίϊΐκνοόρυύϋΰχ');
const capital = new Set('АЕЁІЇКОРСУХΑΆΙΊΚΝΟΌΡΥΎΧ');

function isSmall({ at }: Draft, text: string, from: number, to: number): boolean {
  for (let n = from; n < to; n += 1) {
    const letter = text.charAt(at[n] ?? 0);
    if (!small.has(letter) && (n > from || !capital.has(letter))) return false;
  }
  return true;
}
