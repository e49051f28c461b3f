import type { Evidence, RetrievedChunk } from '../retrieval/schema.ts';
import { splitSentences } from '../retrieval/split-sentences.ts';
import type { ChatEventData } from './schema.ts';

type Citation = ChatEventData<'citation'>;

/** Cites a sentence of a retrieved chunk; `undefined` when its chunk was not retrieved. */
export function citeEvidence(
  n: number,
  evidence: Pick<Evidence, 'chunk_id' | 'text' | 'start' | 'end'>,
  chunks: readonly RetrievedChunk[],
): Citation | undefined {
  const chunk = chunks.find(({ id }) => id === evidence.chunk_id);
  if (!chunk) return undefined;
  return {
    n,
    chunk_id: chunk.id,
    document_id: chunk.document_id,
    version: chunk.version,
    title: chunk.title,
    quote: evidence.text,
    start: evidence.start,
    end: evidence.end,
    ...(chunk.page !== undefined && { page: chunk.page }),
    ...(chunk.section !== undefined && { section: chunk.section }),
  };
}

/** Cites the sentence of a chunk that shares most words with what the engine said. */
export function citeChunk(n: number, chunk: RetrievedChunk, said: string): Citation | undefined {
  const wanted = words(said);
  let best: { sentence: { text: string; start: number; end: number }; shared: number } | undefined;
  for (const sentence of splitSentences(chunk.text)) {
    let shared = 0;
    for (const word of words(sentence.text)) if (wanted.has(word)) shared += 1;
    if (!best || shared > best.shared) best = { sentence, shared };
  }
  if (!best) return undefined;
  const { text, start, end } = best.sentence;
  return citeEvidence(n, { chunk_id: chunk.id, text, start: chunk.start + start, end: chunk.start + end }, [
    chunk,
  ]);
}

const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
