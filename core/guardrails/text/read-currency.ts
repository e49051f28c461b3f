import { kinds } from './fold.ts';
import type { Draft } from './read-words.ts';

/** Signs that stand for a letter in a word such as `Ⱨ₳₵₭` or `нα¢к`. */
const letterOf = new Map(
  Object.entries({
    a: '₳',
    b: '฿',
    c: '¢₵',
    d: '∂',
    f: '₣',
    g: '₲',
    k: '₭',
    m: '₥',
    n: '₦',
    p: '₱',
    s: '₴',
    t: '₮',
    w: '₩',
  }).flatMap(([letter, signs]) =>
    [...signs].map((sign) => [sign.charCodeAt(0), letter.charCodeAt(0)] as const),
  ),
);
const any = new RegExp(`[${String.fromCharCode(...letterOf.keys())}]`);

/** A word has that many letters and signs. */
const minLength = 3;

/**
 * Makes letters of signs of currency in words that nobody writes but to be read so: of several letters, of which two are
 * such signs, or which mix scripts besides. `A₱`, `5¢` and `₱ROMO` have signs.
 */
export function readCurrency(draft: Draft, text: string): void {
  if (!any.test(text)) return;
  const { kinds: kindsOf, written, scripts } = draft;
  const isSign = (at: number) => kindsOf[at] === kinds.sign && letterOf.has(written[at] ?? 0);
  const isDigit = (at: number) => (written[at] ?? 0) >= 0x30 && (written[at] ?? 0) <= 0x39;
  for (let from = 0; from < kindsOf.length; from += 1) {
    if (kindsOf[from] !== kinds.letter && !isSign(from)) continue;
    let to = from;
    let signs = 0;
    let digits = 0;
    const mixed = new Set<number>();
    for (; kindsOf[to] === kinds.letter || isSign(to); to += 1) {
      if (isSign(to)) signs += 1;
      else if (isDigit(to)) digits += 1;
      else mixed.add(scripts[to] ?? 0);
    }
    const isWord = digits === 0 && to - from >= minLength && mixed.size > 0;
    if (isWord && (signs >= 2 || (signs === 1 && mixed.size >= 2))) take(draft, from, to, isSign);
    from = to;
  }
}

function take(draft: Draft, from: number, to: number, isSign: (at: number) => boolean): void {
  for (let at = from; at < to; at += 1) {
    if (!isSign(at)) continue;
    const letter = letterOf.get(draft.written[at] ?? 0) ?? 0;
    for (const units of [draft.written, draft.latin, draft.looks, draft.plain]) units[at] = letter;
    draft.kinds[at] = kinds.letter;
  }
}
