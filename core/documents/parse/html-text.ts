import type { Cheerio, CheerioAPI } from 'cheerio';

type Root = ReturnType<CheerioAPI['root']> extends Cheerio<infer T> ? T : never;
export type Node = Root['children'][number];
export type Element = Extract<Node, { name: string; attribs: Record<string, string> }>;

const words = (list: string) => new Set(list.split(' '));
/** Never shown, or not part of what the page says. */
export const dropped = words(
  'script style noscript template iframe object embed svg math canvas audio video nav form button input select textarea dialog head',
);
export const blocks = words(
  'address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer header hgroup hr html li main ol p pre search section summary ul caption table thead tbody tfoot tr td th',
);
export const headingLevel = (name: string): number => (/^h[1-6]$/.test(name) ? Number(name[1]) : 0);

export const isElement = (node: Node): node is Element => 'attribs' in node && 'name' in node;

export const isHidden = ({ attribs }: Element): boolean =>
  attribs.hidden !== undefined ||
  attribs['aria-hidden'] === 'true' ||
  /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attribs.style ?? '');

/** Stands for a line end that the page shows, while line ends of the source are only white space. */
export const lineEnd = '\u0001';

/** White space as a page shows it: runs of it become one space. */
export const collapse = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replaceAll(lineEnd, '\n')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();

/** @param tables takes the tables inside, whose text is then left out. */
export const oneLine = (element: Element, tables?: Element[]): string => collapse(plainText(element, tables));

/** Text of an element with a space or a line end where the page would show one. */
function plainText(element: Element, tables: Element[] | undefined): string {
  let text = '';
  for (const child of element.children as Node[]) {
    if (child.type === 'text') text += (child as { data: string }).data;
    else if (isElement(child) && !dropped.has(child.name) && !isHidden(child)) {
      if (child.name === 'br') text += ' ';
      else if (child.name === 'table' && tables) {
        tables.push(child);
        text += ' ';
      } else {
        const inside = plainText(child, tables);
        text += blocks.has(child.name) ? ` ${inside} ` : inside;
      }
    }
  }
  return text;
}
