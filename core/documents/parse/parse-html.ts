import { load } from 'cheerio';
import { cleanTitle } from '../file-name.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { checkHtml } from './check-html.ts';
import {
  blocks,
  collapse,
  dropped,
  type Element,
  headingLevel,
  isElement,
  isHidden,
  lineEnd,
  type Node,
  oneLine,
} from './html-text.ts';
import { readTable } from './read-table.ts';
import { tableLines } from './table-rows.ts';
import { createTextBuilder, type TextBuilder } from './text-builder.ts';

/**
 * HTML: headings, paragraphs, lists, tables row by row; what is hidden and what only serves navigation is left out.
 * The title is the page's own, else its first heading.
 *
 * @throws {DocumentUnreadable} when its markup is too complex, or it is too long or without text.
 */
export function parseHtml(html: string): ParsedDocument {
  checkHtml(html);
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
    for (const inner of found.inner) walk(inner);
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
      if (listDepth === 0 || node.name === 'table') builder.endLines();
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

const trimLines = (text: string): string =>
  text
    .replaceAll(lineEnd, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');
