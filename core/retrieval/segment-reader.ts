import { createHash } from 'node:crypto';
import type { TenantId } from '../tenants/tenant-id.ts';
import { readFlatIndex } from './faiss.ts';
import { openJsonLines } from './json-lines.ts';
import { openKeywordIndex } from './keyword-index.ts';
import { rankKeywords, type TermMatches } from './keyword-ranking.ts';
import { keywordTerms } from './keyword-terms.ts';
import { type Chunk, chunkSchema } from './schema.ts';
import {
  type BuiltSegment,
  type Segment,
  type Sentence,
  segmentFileNames,
  sentenceSchema,
} from './segment.ts';
import { SegmentRejected } from './segment-rejected.ts';

/** A row of a segment with how well it matches. */
export interface RowScore {
  readonly row: number;
  readonly score: number;
}

/** A segment opened for search. Everything computes on the calling thread; rows are as in the files. */
export interface SegmentReader {
  readonly segment: Segment;
  readonly rows: number;
  /** About how much memory it holds, until `dispose`. */
  readonly bytes: number;
  /** The chunk as it was written; whose it is, is for the caller to check. */
  chunk(row: number): Chunk;
  documentOf(row: number): { readonly document_id: string; readonly version: number };
  /** The nearest rows by cosine, best first; at most `k`. */
  searchVectors(query: Float32Array, k: number): RowScore[];
  /** The best rows by BM25 of this segment alone; at most `k`. */
  searchKeywords(query: string, k: number): RowScore[];
  /** The raw matches, for a ranking over several segments. */
  keywordMatches(terms: readonly string[]): TermMatches[];
  /** The cosine of one row. */
  similarity(row: number, query: Float32Array): number;
  sentences(row: number): { readonly sentence: Sentence; readonly vector: Float32Array }[];
  /** Frees the memory outside of JavaScript's heap; nothing may be called afterwards. */
  dispose(): void;
}

/**
 * Opens a segment after checking that it is whole and belongs where it is about to be used.
 *
 * @throws {SegmentRejected} on a wrong checksum, another tenant, another embedder, or files that do not fit together
 */
export function openSegment(
  built: BuiltSegment,
  expected: { tenant: TenantId; embedder: string },
): SegmentReader {
  const { segment, files } = built;
  checkDescription(segment, expected);
  for (const name of segmentFileNames) {
    const sum = createHash('sha256').update(files[name]).digest('hex');
    if (sum !== segment.files[name].sha256) throw new SegmentRejected(`${segment.id}/${name} is damaged`);
  }
  const { dimensions } = segment;
  const chunks = openJsonLines(files['chunks.jsonl']);
  const rows = chunks.count;
  const documents = Array.from({ length: rows }, (_, row) => {
    const { document_id, version } = chunks.read(row, chunkSchema);
    return { document_id, version };
  });
  const sentences = openJsonLines(files['sentences.jsonl']);
  const firstSentence = firstOfEachRow(sentences.count, rows, (i) => sentences.read(i, sentenceSchema).row);
  const sentenceVectors = alignedFloats(files['sentences.f32']);
  const vectors = chunkVectors(files['vectors.faiss'], rows, dimensions);
  if (sentenceVectors.length !== sentences.count * dimensions) {
    throw new SegmentRejected(`${segment.id}: sentences and their vectors differ in number`);
  }
  const index = readFlatIndex(files['vectors.faiss']);
  if (index.ntotal() !== rows || index.getDimension() !== dimensions) {
    index.dispose();
    throw new SegmentRejected(`${segment.id}: chunks and their vectors differ in number or dimensions`);
  }
  const keywords = openKeywordIndex(files['keywords.sqlite'], rows);
  const bytes = totalBytes(built) + vectors.byteLength;

  return {
    segment,
    rows,
    bytes,
    chunk: (row) => chunks.read(row, chunkSchema),
    documentOf(row) {
      const found = documents[row];
      if (!found) throw new RangeError(`Row ${row} of ${rows}`);
      return found;
    },
    searchVectors(query, k) {
      const { distances, labels } = index.search(query, Math.min(k, rows));
      return labels.map((row, i) => ({ row, score: distances[i] ?? 0 }));
    },
    searchKeywords(query, k) {
      const ranked = rankKeywords([{ rows, matches: keywords.matches(keywordTerms(query)) }]);
      return ranked.slice(0, k).map(({ row, score }) => ({ row, score }));
    },
    keywordMatches: (terms) => keywords.matches(terms),
    similarity(row, query) {
      let sum = 0;
      for (let i = 0; i < dimensions; i++) sum += (vectors[row * dimensions + i] ?? 0) * (query[i] ?? 0);
      return sum;
    },
    sentences(row) {
      const found: { sentence: Sentence; vector: Float32Array }[] = [];
      for (let i = firstSentence[row] ?? 0; i < (firstSentence[row + 1] ?? 0); i++) {
        found.push({
          sentence: sentences.read(i, sentenceSchema),
          vector: sentenceVectors.slice(i * dimensions, (i + 1) * dimensions),
        });
      }
      return found;
    },
    dispose() {
      index.dispose();
      keywords.dispose();
    },
  };
}

function checkDescription(segment: Segment, expected: { tenant: TenantId; embedder: string }): void {
  if (segment.tenant_id !== expected.tenant) {
    throw new SegmentRejected(`${segment.id} belongs to another tenant`);
  }
  if (segment.embedder !== expected.embedder) {
    throw new SegmentRejected(`${segment.id} was made with ${segment.embedder}, not ${expected.embedder}`);
  }
}

/** Sentences lie in the order of their chunks: where those of each row begin, and at the end their number. */
function firstOfEachRow(count: number, rows: number, rowOf: (i: number) => number): Uint32Array {
  const first = new Uint32Array(rows + 1);
  let last = 0;
  for (let i = 0; i < count; i++) {
    const row = rowOf(i);
    if (row < last || row >= rows)
      throw new SegmentRejected('Sentences are not in the order of their chunks');
    while (last < row) first[++last] = i;
  }
  while (last < rows) first[++last] = count;
  return first;
}

/** The bytes as numbers, copied only where they do not lie as numbers must. */
function alignedFloats(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.length / 4));
}

/** Apart from `openSegment`, whose closures would otherwise keep every file for as long as the reader lives. */
function totalBytes({ segment }: BuiltSegment): number {
  return segmentFileNames.reduce((sum, name) => sum + segment.files[name].bytes, 0);
}

/**
 * The rows of a flat index: FAISS writes them unchanged at the end of its file, after a head of some dozen bytes.
 * The addon cannot give a stored vector back, and the score of a chunk that only its words found needs it.
 */
function chunkVectors(file: Uint8Array, rows: number, dimensions: number): Float32Array {
  const head = file.length - rows * dimensions * 4;
  if (head < 0 || head > 256) throw new SegmentRejected('The vector index does not hold one vector a chunk');
  // A copy: the view would keep the head's buffer, and rarely be aligned.
  return alignedFloats(file.slice(head));
}
