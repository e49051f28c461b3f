import { passageOf } from '../core/documents/ingest/embed-document.ts';
import { selectSentences } from '../core/documents/ingest/select-sentences.ts';
import type { Embedder } from '../core/retrieval/embedder.ts';
import type { CandidateSentence } from '../core/retrieval/ranking.ts';
import { createSearchViews } from '../core/retrieval/search-views.ts';
import type { BuiltSegment } from '../core/retrieval/segment.ts';
import { buildSegment } from '../core/retrieval/segment-builder.ts';
import { splitSentences } from '../core/retrieval/split-sentences.ts';
import { vouchForTenant } from '../core/tenants/tenant-id.ts';
import type { SourceDocument } from './questions.ts';

const tenant = vouchForTenant('eval');
/** How many chunks the orchestrator asks for. */
const chunksAsked = 8;

/** A segment of documents, made as ingestion makes it. */
export async function segmentOf(
  id: string,
  documents: readonly SourceDocument[],
  embedder: Embedder,
): Promise<BuiltSegment> {
  const chunks = documents.flatMap((document) => document.chunks);
  const sentences = selectSentences(chunks, splitSentences);
  const chunkVectors = await embedder.embed(chunks.map(passageOf), 'passage');
  const sentenceVectors = await embedder.embed(
    sentences.map(({ text }) => text),
    'passage',
  );
  const { id: model, dimensions } = embedder;
  return buildSegment({
    tenant,
    id,
    embedder: model,
    dimensions,
    chunks,
    chunkVectors,
    sentences,
    sentenceVectors,
  });
}

/** Opens segments as one tenant's index, searched as the RAG service searches it. */
export async function openIndex(built: readonly BuiltSegment[], embedder: Embedder) {
  const views = createSearchViews();
  const segments = built.map(({ segment: { id, documents } }) => ({ id, documents }));
  // The engine may take the bytes away, and a segment is opened more than once here.
  const copies = built.map(({ segment, files }) => ({ segment, files: { ...files } }));
  await views.open({ viewId: 'eval', tenant, embedder: embedder.id, segments, built: copies });
  return {
    search: async (query: string, vector: Float32Array): Promise<readonly CandidateSentence[]> =>
      (await views.search('eval', query, vector, chunksAsked, [])).sentences,
    close: () => views.close(),
  };
}
