import { z } from 'zod';

/** A stretch of a document's text under one path of headings; `start` and `end` are code points, `end` exclusive. */
export const sectionSchema = z.object({
  start: z.int().min(0),
  end: z.int().min(0),
  /** Outermost first; the last is the section's own, and stands at its start. Empty before the first heading. */
  headings: z.array(z.string()),
});
export type Section = z.infer<typeof sectionSchema>;

/** A document as read. `text` is plain: NFC, LF line ends, one empty line between blocks. Sections are gapless. */
export interface ParsedDocument {
  /** The document's own title, where it has one. */
  readonly title?: string;
  readonly text: string;
  readonly sections: readonly Section[];
}

/** What parsing leaves for chunking beside the text. */
export const outlineSchema = z.object({ title: z.string(), sections: z.array(sectionSchema) });
export type Outline = z.infer<typeof outlineSchema>;
