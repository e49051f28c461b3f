import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { createFlatIndex } from './faiss.ts';
import type { Chunk } from './schema.ts';
import {
  type BuiltSegment,
  type SegmentContent,
  type SegmentFileName,
  type Sentence,
  segmentFileNames,
} from './segment.ts';
import { SegmentRejected } from './segment-rejected.ts';

/**
 * Makes the files of a segment. The same content makes the same files.
 *
 * @param content vectors must have unit length; sentences may come in any order
 * @throws {SegmentRejected} when a chunk is another tenant's, or counts and dimensions do not fit
 */
export function buildSegment(content: SegmentContent): BuiltSegment {
  check(content);
  const order = content.sentences.map((_, i) => i);
  order.sort((a, b) => (content.sentences[a]?.row ?? 0) - (content.sentences[b]?.row ?? 0) || a - b);
  const files: Record<SegmentFileName, Uint8Array> = {
    'chunks.jsonl': jsonLines(content.chunks),
    'vectors.faiss': flatIndex(content.chunkVectors, content.dimensions),
    'keywords.sqlite': keywordIndex(content.chunks),
    'sentences.jsonl': jsonLines(
      order.map((i) => {
        const { row, text, start, end } = content.sentences[i] as Sentence;
        return { row, text, start, end };
      }),
    ),
    'sentences.f32': floats(
      order.map((i) => content.sentenceVectors[i] as Float32Array),
      content.dimensions,
    ),
  };
  return {
    segment: {
      format: 1,
      id: content.id,
      tenant_id: content.tenant,
      embedder: content.embedder,
      dimensions: content.dimensions,
      documents: documentsOf(content.chunks),
      files: Object.fromEntries(
        segmentFileNames.map((name) => [name, { bytes: files[name].length, sha256: sha256(files[name]) }]),
      ) as BuiltSegment['segment']['files'],
    },
    files,
  };
}

function check(content: SegmentContent): void {
  const { chunks, sentences } = content;
  if (chunks.length === 0) throw new SegmentRejected('A segment needs at least one chunk');
  if (chunks.length !== content.chunkVectors.length || sentences.length !== content.sentenceVectors.length) {
    throw new SegmentRejected('A segment needs one vector for every chunk and every sentence');
  }
  for (const chunk of chunks) {
    if (chunk.tenant_id !== content.tenant) {
      throw new SegmentRejected(`Chunk ${chunk.id} belongs to another tenant than the segment`);
    }
  }
  for (const { row } of sentences) {
    if (!Number.isInteger(row) || row < 0 || row >= chunks.length) {
      throw new SegmentRejected(`A sentence names chunk ${row} of ${chunks.length}`);
    }
  }
  for (const vector of [...content.chunkVectors, ...content.sentenceVectors]) {
    if (vector.length !== content.dimensions) {
      throw new SegmentRejected(`A vector has ${vector.length} dimensions in place of ${content.dimensions}`);
    }
    let sum = 0;
    for (const x of vector) sum += x * x;
    // Written so that NaN fails as well.
    if (!(Math.abs(sum - 1) < 0.01)) throw new SegmentRejected('A vector is not of unit length');
  }
}

function documentsOf(chunks: readonly Chunk[]): { document_id: string; version: number; chunks: number }[] {
  const found = new Map<string, { document_id: string; version: number; chunks: number }>();
  for (const { document_id, version } of chunks) {
    const key = `${document_id}@${version}`;
    const entry = found.get(key);
    if (entry) entry.chunks++;
    else found.set(key, { document_id, version, chunks: 1 });
  }
  return [...found.values()];
}

function flatIndex(vectors: readonly Float32Array[], dimensions: number): Uint8Array {
  const index = createFlatIndex(dimensions);
  try {
    index.add(joined(vectors, dimensions));
    return new Uint8Array(index.toBuffer());
  } finally {
    index.dispose();
  }
}

/**
 * Contentless (the texts are in `chunks.jsonl`): the index only tells rows. Porter's stemmer makes "discounts" find
 * "discount"; it leaves words of other languages mostly alone.
 */
function keywordIndex(chunks: readonly Chunk[]): Uint8Array {
  const db = new Database(':memory:');
  try {
    db.exec(
      `CREATE VIRTUAL TABLE keywords USING fts5(title, section, text, content='', tokenize='porter unicode61 remove_diacritics 2')`,
    );
    const insert = db.prepare('INSERT INTO keywords(rowid, title, section, text) VALUES (?, ?, ?, ?)');
    db.transaction(() => {
      for (const [row, chunk] of chunks.entries())
        insert.run(row + 1, chunk.title, chunk.section ?? '', chunk.text);
    })();
    db.exec(`INSERT INTO keywords(keywords) VALUES ('optimize')`);
    return new Uint8Array(db.serialize());
  } finally {
    db.close();
  }
}

function jsonLines(records: readonly object[]): Uint8Array {
  return new TextEncoder().encode(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

function joined(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const all = new Float32Array(vectors.length * dimensions);
  for (const [i, vector] of vectors.entries()) all.set(vector, i * dimensions);
  return all;
}

/** Little-endian, which every machine that this runs on is. */
function floats(vectors: readonly Float32Array[], dimensions: number): Uint8Array {
  return new Uint8Array(joined(vectors, dimensions).buffer);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
