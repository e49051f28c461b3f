/** A sign of an address as a renderer may read it: itself, in full width, or as an HTML character reference. */
export interface Sign {
  readonly sign: ':' | '/' | '\\' | undefined;
  /** UTF-16 units. */
  readonly length: number;
  /** The text ends in the middle of what may be one. */
  readonly open: boolean;
}

const none: Sign = { sign: undefined, length: 0, open: false };
const simple: Readonly<Record<string, ':' | '/' | '\\'>> = {
  ':': ':',
  '/': '/',
  '\\': '\\',
  '：': ':',
  '／': '/',
  '＼': '\\',
};
const reference =
  /&(?:#0{0,64}(?<dec>58|47|92)(?!\d);?|#x0{0,64}(?<hex>3a|2f|5c)(?![\da-f]);?|(?<name>colon|sol|bsol);)/iy;
const openReference = /&(?:#(?:0{0,64}[1-9]?\d?|x0{0,64}[\da-f]{0,2})|[a-z]{0,5})$/iy;
const meanings: Readonly<Record<string, ':' | '/' | '\\'>> = {
  '58': ':',
  '3a': ':',
  colon: ':',
  '47': '/',
  '2f': '/',
  sol: '/',
  '92': '\\',
  '5c': '\\',
  bsol: '\\',
};

/** The sign at a place of a text. `ended`: nothing comes behind the text. */
export function signAt(text: string, at: number, ended: boolean): Sign {
  const char = text[at];
  if (char === undefined) return { ...none, open: !ended };
  const plain = simple[char];
  if (plain) return { sign: plain, length: 1, open: false };
  if (char !== '&') return none;
  openReference.lastIndex = at;
  if (!ended && openReference.test(text)) return { ...none, open: true };
  reference.lastIndex = at;
  const found = reference.exec(text);
  const written = found?.groups?.dec ?? found?.groups?.hex ?? found?.groups?.name;
  return found && written
    ? { sign: meanings[written.toLowerCase()], length: found[0].length, open: false }
    : none;
}

/** How many slashes of either kind stand at a place, and where they end. Browsers skip tabs and line ends there. */
export function slashesAt(
  text: string,
  at: number,
  ended: boolean,
): { readonly count: number; readonly end: number; readonly open: boolean } {
  let count = 0;
  let end = at;
  let next = at;
  for (;;) {
    while (next - end < maxSkipped && /[\t\n\r]/.test(text[next] ?? '')) next += 1;
    const { sign, length, open } = signAt(text, next, ended);
    if (open) return { count, end, open: true };
    if (sign !== '/' && sign !== '\\') return { count, end, open: false };
    count += 1;
    next += length;
    end = next;
    // Nothing is to be learnt from more of them.
    if (count >= maxSlashes) return { count, end, open: false };
  }
}

const maxSkipped = 16;
const maxSlashes = 32;
