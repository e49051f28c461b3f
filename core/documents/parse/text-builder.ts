import { DocumentUnreadable } from '../document-unreadable.ts';
import type { ParsedDocument, Section } from '../parsed-document.ts';

/** A document's text as UTF-8: more than an upload may have, and it has to fit into one answer of a function. */
const maxTextBytes = 5_000_000;
const maxHeadingLength = 200;

/** Puts a document's text together block by block and keeps account of where its sections are. */
export interface TextBuilder {
  /** A heading of level 1 to 6; opens a section. */
  heading(level: number, text: string): void;
  /** A paragraph or other block, kept apart from its neighbours by an empty line. */
  block(text: string): void;
  /** A line that belongs to the line before: an item of a list, a row of a table. */
  line(text: string): void;
  /** The next line begins a list or table of its own. */
  endLines(): void;
  /** @throws {DocumentUnreadable} when there is no text. */
  build(title: string | undefined): ParsedDocument;
}

/** @throws {DocumentUnreadable} from its methods, when the text gets too long. */
export function createTextBuilder(): TextBuilder {
  const parts: string[] = [];
  let length = 0;
  let bytes = 0;
  let tight = false;
  const path: { level: number; text: string }[] = [];
  const sections: { start: number; headings: string[] }[] = [{ start: 0, headings: [] }];

  const append = (raw: string) => {
    const text = raw.toWellFormed().normalize('NFC');
    for (const _ of text) length++;
    bytes += Buffer.byteLength(text);
    if (bytes > maxTextBytes) {
      throw new DocumentUnreadable(
        'The document has more than 5 MB of text as UTF-8, the names that table rows repeat included. Split it and upload the parts.',
      );
    }
    parts.push(text);
  };
  const separate = (by: string) => {
    if (parts.length > 0) append(by);
  };

  return {
    heading(level, text) {
      separate('\n\n');
      while ((path.at(-1)?.level ?? 0) >= level) path.pop();
      path.push({ level, text: Array.from(text).slice(0, maxHeadingLength).join('') });
      sections.push({ start: length, headings: path.map((heading) => heading.text) });
      append(text);
      tight = false;
    },
    block(text) {
      separate('\n\n');
      append(text);
      tight = false;
    },
    line(text) {
      separate(tight ? '\n' : '\n\n');
      append(text);
      tight = true;
    },
    endLines() {
      tight = false;
    },
    build(title) {
      if (length === 0) throw new DocumentUnreadable('The document contains no text.');
      const bounded: Section[] = sections
        .map((section, i) => ({ ...section, end: sections[i + 1]?.start ?? length }))
        .filter((section) => section.end > section.start);
      return { ...(title !== undefined && { title }), text: parts.join(''), sections: bounded };
    },
  };
}
