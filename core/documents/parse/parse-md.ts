import { Lexer, Marked } from 'marked';
import { cleanTitle } from '../file-name.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { MarkupTooComplex } from './check-html.ts';
import { parseHtml } from './parse-html.ts';

const marked = new Marked({ gfm: true, async: false });
const frontMatter = /^---[^\S\n]*\n([\s\S]{0,20000}?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/;
/** Deeper indentation than this opens lists that nobody means, at a cost that grows with the square of the depth. */
const overlyIndented = /^([ \t>]{64})[ \t>]+/gm;

/** Each may be a paragraph or item of its own, which costs memory and time. */
const maxLines = 300_000;

/** The library's patterns remember where they were; broken off in the middle, they would begin there the next time. */
function resetPatterns(): void {
  const sets = [...Object.values(Lexer.rules.block), ...Object.values(Lexer.rules.inline)];
  for (const pattern of sets.flatMap((set) => Object.values(set))) {
    if (pattern instanceof RegExp) pattern.lastIndex = 0;
  }
}

/**
 * Markdown (CommonMark with tables): made into HTML and read as that. A front matter gives the title alone.
 *
 * @throws {MarkupTooComplex} {DocumentUnreadable}
 */
export function parseMd(source: string): ParsedDocument {
  resetPatterns();
  if (source.split('\n', maxLines + 1).length > maxLines) {
    throw new MarkupTooComplex(
      `The document has more than ${maxLines} lines. Split it and upload the parts.`,
    );
  }
  const matter = frontMatter.exec(source);
  const body = matter ? source.slice(matter[0].length) : source;
  const named = /^title:[^\S\n]*(.+)$/m.exec(matter?.[1] ?? '')?.[1]?.replace(/^(["'])(.*)\1\s*$/, '$2');
  const title = cleanTitle(named ?? '');
  const document = parseHtml(marked.parse(body.replace(overlyIndented, '$1')) as string);
  return title === undefined ? document : { ...document, title };
}
