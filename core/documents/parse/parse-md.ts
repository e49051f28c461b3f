import { Marked } from 'marked';
import { cleanTitle } from '../file-name.ts';
import type { ParsedDocument } from '../parsed-document.ts';
import { parseHtml } from './parse-html.ts';

const marked = new Marked({ gfm: true, async: false });
const frontMatter = /^---[^\S\n]*\n([\s\S]{0,20000}?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/;
/** Deeper indentation than this opens lists that nobody means, at a cost that grows with the square of the depth. */
const overlyIndented = /^([ \t>]{64})[ \t>]+/gm;

/** Markdown (CommonMark with tables): made into HTML and read as that. A front matter gives the title alone. */
export function parseMd(source: string): ParsedDocument {
  const matter = frontMatter.exec(source);
  const body = matter ? source.slice(matter[0].length) : source;
  const named = /^title:[^\S\n]*(.+)$/m.exec(matter?.[1] ?? '')?.[1]?.replace(/^(["'])(.*)\1\s*$/, '$2');
  const title = cleanTitle(named ?? '');
  const document = parseHtml(marked.parse(body.replace(overlyIndented, '$1')) as string);
  return title === undefined ? document : { ...document, title };
}
