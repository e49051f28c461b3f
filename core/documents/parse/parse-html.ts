import { type Cheerio, type CheerioAPI, load } from 'cheerio';
import { cleanTitle } from '../file-name.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { checkDepth } from './check-depth.ts';
import { type TableCell, tableLines } from './table-rows.ts';
import { createTextBuilder, type TextBuilder } from './text-builder.ts';

type Root = ReturnType<CheerioAPI['root']> extends Cheerio<infer T> ? T : never;
type Node = Root['children'][number];
type Element = Extract<Node, { name: string; attribs: Record<string, string> }>;

const words = (list: string) => new Set(list.split(' '));
/** Never shown, or not part of what the page says. */
const dropped = words(
  'script style noscript template iframe object embed svg math canvas audio video nav form button input select textarea dialog head',
);
const blocks = words(
  'address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer header hgroup hr html li main ol p pre search section summary ul caption table thead tbody tfoot tr td th',
);
const headingLevel = (name: string): number => (/^h[1-6]$/.test(name) ? Number(name[1]) : 0);

/**
 * HTML: headings, paragraphs, lists, tables row by row; what is hidden and what only serves navigation is left out.
 * The title is the page's own, else its first heading.
 *
 * @throws {DocumentUnreadable} when it is nested too deeply, too long, or without text.
 */
export function parseHtml(html: string): ParsedDocument {
  checkDepth(html);
  const $ = load(html);
  const walker = createWalker(createTextBuilder());
  for (const node of $('body').toArray()) walker.walk(node);
  const title = cleanTitle($('head > title').first().text()) ?? walker.firstHeading();
  return walker.build(title);
}

function createWalker(builder: TextBuilder) {
  let inline = '';
  let preformatted = 0;
  let listDepth = 0;
  /** The mark of a list item waits for the item's first text. */
  let mark: string | undefined;
  let firstHeading: string | undefined;

  const flush = () => {
    const text = preformatted > 0 ? trimLines(inline) : collapse(inline);
    inline = '';
    if (text === '') return;
    if (mark !== undefined) builder.line(mark + text);
    else builder.block(text);
    mark = undefined;
  };

  const children = (element: Element) => {
    for (const child of element.children) walk(child as Node);
  };

  const list = (element: Element) => {
    let number = Number.parseInt(element.attribs.start ?? '1', 10) || 1;
    for (const child of element.children) {
      if (!isElement(child as Node) || (child as Element).name !== 'li') {
        walk(child as Node);
        continue;
      }
      flush();
      mark = element.name === 'ol' ? `${number++}. ` : '- ';
      children(child as Element);
      flush();
      mark = undefined;
    }
  };

  const table = (element: Element) => {
    const found = readTable(element);
    if (!found) return children(element);
    if (found.caption !== '') builder.block(found.caption);
    for (const line of tableLines(found.rows, found.headed)) builder.line(line);
  };

  const walk = (node: Node): void => {
    if (node.type === 'text') {
      inline += (node as { data: string }).data;
      return;
    }
    if (!isElement(node) || dropped.has(node.name) || isHidden(node)) return;
    const level = headingLevel(node.name);
    if (node.name === 'br') {
      inline += lineEnd;
    } else if (level > 0) {
      flush();
      const text = oneLine(node);
      if (text !== '') builder.heading(level, text);
      firstHeading ??= cleanTitle(text);
    } else if (node.name === 'table' || node.name === 'ul' || node.name === 'ol') {
      flush();
      if (listDepth === 0) builder.endLines();
      listDepth++;
      if (node.name === 'table') table(node);
      else list(node);
      flush();
      listDepth--;
    } else if (node.name === 'pre') {
      flush();
      preformatted++;
      children(node);
      flush();
      preformatted--;
    } else if (blocks.has(node.name)) {
      flush();
      children(node);
      flush();
    } else {
      children(node);
    }
  };

  return {
    walk,
    firstHeading: () => firstHeading,
    build: (title: string | undefined) => {
      flush();
      return builder.build(title);
    },
  };
}

/** The cells of a table of data; `undefined` for one that only lays out a page. */
function readTable(table: Element): { rows: TableCell[][]; headed: boolean; caption: string } | undefined {
  const rows: TableCell[][] = [];
  let headed = false;
  let caption = '';
  let layout = false;
  const visit = (element: Element, inHead: boolean) => {
    for (const child of element.children as Node[]) {
      if (!isElement(child) || isHidden(child)) continue;
      if (child.name === 'caption') caption = oneLine(child);
      else if (child.name === 'tr') {
        if (inHead && rows.length === 0) headed = true;
        rows.push(readRow(child));
        layout ||= laysOut(child);
      } else visit(child, inHead || child.name === 'thead');
    }
  };
  visit(table, false);
  return layout ? undefined : { rows: rows.filter((row) => row.length > 0), headed, caption };
}

function readRow(row: Element): TableCell[] {
  return (row.children as Node[])
    .filter((cell): cell is Element => isElement(cell) && (cell.name === 'td' || cell.name === 'th'))
    .map((cell) => ({
      text: oneLine(cell),
      header: cell.name === 'th',
      span: Math.min(200, Math.max(1, Number.parseInt(cell.attribs.colspan ?? '1', 10) || 1)),
    }));
}

/** A table inside a cell, or a heading there, shows that the table is used for layout. */
const laysOut = (element: Element): boolean =>
  (element.children as Node[]).some(
    (child) => isElement(child) && (child.name === 'table' || headingLevel(child.name) > 0 || laysOut(child)),
  );

const oneLine = (element: Element): string => collapse(plainText(element));

/** Text of an element with a space or a line end where the page would show one. */
function plainText(element: Element): string {
  let text = '';
  for (const child of element.children as Node[]) {
    if (child.type === 'text') text += (child as { data: string }).data;
    else if (isElement(child) && !dropped.has(child.name) && !isHidden(child)) {
      if (child.name === 'br') text += ' ';
      else text += blocks.has(child.name) ? ` ${plainText(child)} ` : plainText(child);
    }
  }
  return text;
}

const isElement = (node: Node): node is Element => 'attribs' in node && 'name' in node;

const isHidden = ({ attribs }: Element): boolean =>
  attribs.hidden !== undefined ||
  attribs['aria-hidden'] === 'true' ||
  /(?:display\s*:\s*none|visibility\s*:\s*hidden)/i.test(attribs.style ?? '');

/** Stands for a line end that the page shows, while line ends of the source are only white space. */
const lineEnd = '\u0001';

/** White space as a page shows it: runs of it become one space. */
const collapse = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replaceAll(lineEnd, '\n')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();

const trimLines = (text: string): string =>
  text
    .replaceAll(lineEnd, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
