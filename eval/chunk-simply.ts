import type { Chunk } from '../core/retrieval/schema.ts';
import type { SourceDocument } from './questions.ts';

/** Chunks of a document by its headings and blank lines: up to some 900 characters of text under one heading. */
export function chunkSimply(document: SourceDocument, maxLength = 900): Chunk[] {
  const chunks: Chunk[] = [];
  let section: string | undefined;
  let from = 0;
  let start = 0;
  let points = 0;
  const flush = (to: number, end: number) => {
    const text = document.text.slice(from, to);
    if (text.trim() !== '') {
      chunks.push({
        id: `${document.name}#${chunks.length}`,
        tenant_id: 'eval' as Chunk['tenant_id'],
        document_id: document.name,
        version: 1,
        title: document.title,
        text,
        start,
        end,
        ...(section === undefined ? {} : { section }),
      });
    }
    from = to;
    start = end;
  };
  let at = 0;
  for (const line of document.text.split(/(?<=\n)/)) {
    const heading = /^#{1,6}\s+(.*\S)/.exec(line)?.[1];
    if (heading !== undefined || (at - from > maxLength && line.trim() === '')) flush(at, points);
    if (heading !== undefined) section = heading;
    at += line.length;
    points += [...line].length;
  }
  flush(at, points);
  return chunks;
}
