import { DocumentUnreadable } from '../document-unreadable.ts';

export const maxNesting = 500;
/** Each costs about a kilobyte of memory. */
export const maxElements = 400_000;

/** The markup, not the text, is what makes a document unreadable. */
export class MarkupTooComplex extends DocumentUnreadable {}

/** Elements whose end tag may be left out or that have no content: they do not nest by being repeated. */
const flat = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option optgroup colgroup rp rt'.split(
    ' ',
  ),
);
const token =
  /<!--[\s\S]*?(?:-->|$)|<(script|style|textarea|title)\b[\s\S]*?(?:<\/\1\s*>|$)|<(\/?)([a-z][a-z0-9-]*)/gi;

/**
 * Refuses HTML that is nested so deeply, or has so many elements, that building its tree would take time, stack and
 * memory beyond all measure. Counts tags in one pass, so it errs a little on pages with very many unclosed tags.
 *
 * @throws {MarkupTooComplex}
 */
export function checkHtml(html: string): void {
  let depth = 0;
  let elements = 0;
  for (const [, , closing, name] of html.matchAll(token)) {
    if (name === undefined) continue;
    if (!closing && ++elements > maxElements) {
      throw new MarkupTooComplex(
        `The document has more than ${maxElements} elements. Split it and upload the parts.`,
      );
    }
    if (flat.has(name.toLowerCase())) continue;
    depth = closing ? Math.max(0, depth - 1) : depth + 1;
    if (depth > maxNesting) throw new MarkupTooComplex('The document is nested too deeply to be read.');
  }
}
