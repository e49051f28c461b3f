import faiss from 'faiss-node';

/** What the product uses of FAISS: a flat inner-product index. `dispose` frees its memory at once. */
export interface FlatIndex {
  ntotal(): number;
  getDimension(): number;
  /** Vectors one after another. */
  add(x: Float32Array): void;
  /** `k` must not exceed `ntotal()`. */
  search(x: Float32Array, k: number): { distances: number[]; labels: number[] };
  toBuffer(): Buffer;
  dispose(): void;
}

/** An empty index. */
export function createFlatIndex(dimensions: number): FlatIndex {
  return withDispose(new faiss.IndexFlatIP(dimensions));
}

/** Reads an index back. Give it only bytes whose checksum was verified: FAISS trusts what it reads. */
export function readFlatIndex(bytes: Uint8Array): FlatIndex {
  return withDispose(
    faiss.IndexFlatIP.fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
  );
}

/** The addon as published has no `dispose` and leaks; ours is built with the corrections. */
function withDispose(index: object): FlatIndex {
  if (!('dispose' in index)) throw new Error('This is the uncorrected FAISS addon: run `npm run setup`');
  return index as FlatIndex;
}
