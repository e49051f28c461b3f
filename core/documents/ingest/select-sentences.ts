import type { Chunk } from '../../retrieval/schema.ts';
import type { Sentence } from '../../retrieval/segment.ts';

/** Every sentence costs an embedding, so a document has a budget of them. */
const maxSentences = 50_000;
const maxPerChunk = 60;

type Split = (
  text: string,
) => readonly { readonly text: string; readonly start: number; readonly end: number }[];

/**
 * The sentences of chunks, with offsets in the document. Where a chunk has more than its share of the budget, as in
 * lists of single words, the longest are kept; the chunk itself can be found all the same.
 */
export function selectSentences(chunks: readonly Chunk[], splitSentences: Split): Sentence[] {
  const share = Math.max(4, Math.min(maxPerChunk, Math.floor(maxSentences / Math.max(1, chunks.length))));
  return chunks.flatMap((chunk, row) => {
    const all = splitSentences(chunk.text);
    const kept =
      all.length <= share
        ? all
        : [...all]
            .sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start)
            .slice(0, share)
            .sort((a, b) => a.start - b.start);
    return kept.map(({ text, start, end }) => ({
      row,
      text,
      start: chunk.start + start,
      end: chunk.start + end,
    }));
  });
}
