import type { IndexStore } from '../../retrieval/index-store.ts';
import { buildSegment } from '../../retrieval/segment-builder.ts';
import { openSegment } from '../../retrieval/segment-reader.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { AttemptRef } from '../document.ts';
import { segmentIdOf } from '../segment-id.ts';
import { goOn, type IngestDeps } from './attempt.ts';
import { vectorPrefixes } from './embed-document.ts';
import { readVectors } from './vector-files.ts';
import { workFiles } from './work-files.ts';

/** A stored vector's cosine with itself, short of rounding. */
const sameVector = 0.999;

/**
 * Fourth step: builds the document's segment, uploads it, reads it back and looks for chunks that it must find.
 * Nothing is findable by others yet.
 *
 * @returns the segment's id.
 * @throws {AttemptOver}
 */
export async function indexDocument(
  deps: IngestDeps & { readonly index: IndexStore },
  tenant: TenantId,
  ref: AttemptRef,
): Promise<string> {
  const { blobs, index } = deps;
  await goOn(deps, tenant, ref, 'indexing');
  const work = workFiles(blobs, tenant, ref);
  const [chunks, sentences] = await Promise.all([work.read('chunks.json'), work.read('sentences.json')]);
  const embedder = await work.read('embedder.json');
  const prefixes = vectorPrefixes(work, embedder.id);
  const chunkVectors = await readVectors(blobs, tenant, prefixes.chunks, chunks.length, embedder.dimensions);
  const sentenceVectors = await readVectors(
    blobs,
    tenant,
    prefixes.sentences,
    sentences.length,
    embedder.dimensions,
  );
  const id = segmentIdOf(ref);
  const built = buildSegment({
    tenant,
    id,
    embedder: embedder.id,
    dimensions: embedder.dimensions,
    chunks,
    chunkVectors,
    sentences,
    sentenceVectors,
  });
  await index.upload(tenant, built);

  const reader = openSegment(await index.readSegment(tenant, id), { tenant, embedder: embedder.id });
  try {
    const last = chunkVectors.length - 1;
    for (const row of new Set([0, Math.floor(last / 2), last])) {
      const [best] = reader.searchVectors(chunkVectors[row] as Float32Array, 1);
      if (!best || !(best.score >= sameVector))
        throw new Error(`segment ${id} does not find its chunk ${row}`);
    }
  } finally {
    reader.dispose();
  }
  await work.write('segment.json', built.segment);
  await goOn(deps, tenant, ref, 'indexing');
  return id;
}
