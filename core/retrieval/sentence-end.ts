/** Titles and the like, after which a sentence never ends. */
const never = new Set(
  'dr mr mrs ms prof st mt rev hon capt lt col gen sen gov e.g i.e eg ie vs cf viz resp incl excl fig figs'.split(
    ' ',
  ),
);
/** Abbreviations that stand before a number or a small letter; before anything else they end the sentence. */
const beforeNumber = new Set(
  'no nos nr p pp art sec ch vol eq approx ca max min tel ext par para ver rev ed jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
);
/** Abbreviations that end a sentence only where the next word looks like the beginning of one. */
const maybe = new Set('inc ltd co corp bros sr jr dept est u.s u.k u.s.a e.u ph.d d.c'.split(' '));
const starters = new Set(
  'the a an it its this that these those they he she we you i if in on at for from to by with when while after before as all any each every no not most some there here what who how why where which please use do our your their his her my one two both customers orders'.split(
    ' ',
  ),
);

const closing = '"\'”’»)]}*_`';

/**
 * Where the sentence ends whose closing mark stands at `at`: the index after the mark and what belongs to it
 * (quotes, brackets), or 0 when `at` is not the end of a sentence.
 *
 * @param start where the block begins, `end` where it ends: nothing outside is looked at.
 */
export function endsSentence(text: string, start: number, at: number, end: number): number {
  const mark = text[at] as string;
  if (!'.!?…。！？｡'.includes(mark)) return 0;
  // A run of marks is judged once, at its first: this keeps the whole linear.
  if (at > start && '.!?…。！？｡'.includes(text[at - 1] as string)) return 0;
  let stop = at + 1;
  while (stop < end && '.!?…。！？'.includes(text[stop] as string)) stop += 1;
  const wide = '。！？｡'.includes(text[stop - 1] as string);
  while (
    stop < end &&
    (closing.includes(text[stop] as string) || '」』）】》'.includes(text[stop] as string))
  )
    stop += 1;
  if (stop >= end) return end;
  if (wide) return stop;
  if (!/\s/u.test(text[stop] as string)) return 0;
  const rest = text.slice(stop, stop + 40).trimStart();
  if (rest === '') return end;
  const nextIsSmall = /^["'“‘([]*\p{Ll}/u.test(rest);
  if (mark !== '.' || stop - at > 1) {
    // "Yahoo! is", "(really?) yes", "wait... what": a small letter goes on with the sentence.
    return nextIsSmall ? 0 : stop;
  }
  const word = wordBefore(text, start, at);
  const low = word.toLowerCase();
  // "1. First step": the number that opens a list item.
  if (
    /^(?:\d{1,3}|[a-z])$/i.test(word) &&
    text.slice(Math.max(start, at - 24), at).trim() === word &&
    start >= at - 24
  ) {
    return 0;
  }
  if (never.has(low)) return 0;
  const next = /^["'“‘([]*([\p{L}\p{N}$€£]+)/u.exec(rest)?.[1] ?? '';
  if (beforeNumber.has(low)) return nextIsSmall || /^[\p{N}$€£]/u.test(next) ? 0 : stop;
  // Opening marks of a new sentence that starts small are rare: iPhone, pH.
  if (nextIsSmall) return /^\p{Ll}{1,2}\p{Lu}/u.test(next) ? stop : 0;
  if (maybe.has(low)) return starters.has(next.toLowerCase()) ? stop : 0;
  if (/^\p{Lu}$/u.test(word) && isInitial(text, start, at))
    return starters.has(next.toLowerCase()) ? stop : 0;
  return stop;
}

function wordBefore(text: string, start: number, at: number): string {
  let from = at;
  const floor = Math.max(start, at - 24);
  while (from > floor && /[\p{L}\p{N}.'’-]/u.test(text[from - 1] as string)) from -= 1;
  return text.slice(from, at).replace(/^[.'’-]+/, '');
}

/** "J. Smith", "Ann B. Cole", "J. R. Hart": a single letter after a capitalised word, an initial or nothing. */
function isInitial(text: string, start: number, at: number): boolean {
  const before = text.slice(Math.max(start, at - 30), at - 1).trimEnd();
  return (
    before === '' ||
    /(?:^|[\s(])(?:\p{Lu}\.|\p{Lu}\p{Ll}+|by|and|to|of|from|with|for|is|was|&)$/u.test(before)
  );
}
