/** Elements inside of words and sentences: where their tags stand, no space is shown. */
const inline =
  /<\/?(?:a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|var|wbr)(?:\s[^<>]{0,400})?\/?>|<!--[^<>]{0,400}-->/gi;
const otherTag = /<\/?[a-z][a-z0-9-]{0,30}(?:\s[^<>]{0,400})?\/?>/gi;
const reference = /&(?:#(\d{1,24})|#x([\da-f]{1,24})|([a-z]{2,24}));?/gi;
const names: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ensp: ' ', emsp: ' ', thinsp: ' ' },
  ...{
    tab: '\t',
    newline: '\n',
    shy: '',
    zwnj: '',
    zwj: '',
    zerowidthspace: '',
    hyphen: '-',
    dash: '-',
    ndash: '-',
  },
};
/** A word that goes on in the next line. */
const hyphenated = /(\p{L})-[^\S\n]*\r?\n\s{0,8}(?=\p{Ll})/gu;

/**
 * A text as a reader of the page sees it: tags dropped, character references decoded, hyphenated words joined. `undefined`
 * where that is the text itself. Linear in the text.
 */
export function readableText(text: string): string | undefined {
  if (!/[<&]|-[^\S\n]*\n/.test(text)) return undefined;
  // Twice: what is escaped may be escaped once more.
  const readable = untagged(decoded(untagged(decoded(text)))).replace(hyphenated, '$1');
  return readable === text ? undefined : readable;
}

const untagged = (text: string) => text.replace(inline, '').replace(otherTag, ' ');

const decoded = (text: string) =>
  text.replace(reference, (written: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return names[name.toLowerCase()] ?? written;
    const codePoint = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : written;
  });
