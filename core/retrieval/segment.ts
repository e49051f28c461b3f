import { z } from 'zod';
import type { TenantId } from '../tenants/tenant-id.ts';
import { tenantIdText } from '../tenants/tenant-id.ts';
import type { Chunk } from './schema.ts';

/**
 * A segment is an immutable piece of one tenant's index, as a search engine keeps them. Its files lie together
 * under `tenants/<tenant>/segments/<id>/`; row i of every file is chunk i.
 *
 *     segment.json      this description, with a checksum of every other file; written last
 *     chunks.jsonl      one `Chunk` a line
 *     vectors.faiss     inner-product index of the chunk vectors
 *     keywords.sqlite   FTS5 table over title, section and text; rowid = row + 1
 *     sentences.jsonl   one `Sentence` a line
 *     sentences.f32     their vectors, little-endian, row after row
 */
export const segmentFileNames = [
  'chunks.jsonl',
  'vectors.faiss',
  'keywords.sqlite',
  'sentences.jsonl',
  'sentences.f32',
] as const;
export type SegmentFileName = (typeof segmentFileNames)[number];

export const segmentSchema = z.object({
  format: z.literal(1),
  id: z.string(),
  tenant_id: tenantIdText,
  embedder: z.string(),
  dimensions: z.int(),
  documents: z.array(z.object({ document_id: z.string(), version: z.int(), chunks: z.int() })),
  files: z.record(z.enum(segmentFileNames), z.object({ bytes: z.int(), sha256: z.string() })),
});
export type Segment = z.infer<typeof segmentSchema>;

/** A sentence of chunk `row` (of the same segment); `start` and `end` are code points in the document's text. */
export const sentenceSchema = z.object({
  row: z.int(),
  text: z.string(),
  start: z.int(),
  end: z.int(),
});
export type Sentence = z.infer<typeof sentenceSchema>;

/** What a segment is built from. `chunkVectors[i]` belongs to `chunks[i]`, `sentenceVectors[i]` to `sentences[i]`. */
export interface SegmentContent {
  readonly tenant: TenantId;
  readonly id: string;
  readonly embedder: string;
  readonly dimensions: number;
  readonly chunks: readonly Chunk[];
  readonly chunkVectors: readonly Float32Array[];
  readonly sentences: readonly Sentence[];
  readonly sentenceVectors: readonly Float32Array[];
}

export interface BuiltSegment {
  readonly segment: Segment;
  readonly files: Readonly<Record<SegmentFileName, Uint8Array>>;
}
