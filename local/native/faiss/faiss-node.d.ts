/**
 * What the corrected build of faiss-node (replacements.mjs beside this file) adds to the published addon.
 *
 *     import faiss from 'faiss-node';
 *     const index = faiss.Index.fromFactory(384, 'HNSW32', faiss.MetricType.METRIC_INNER_PRODUCT);
 */
import 'faiss-node';

declare module 'faiss-node' {
  interface Index {
    /** `x` holds whole vectors one after another: its length is a multiple of the dimension. */
    add(x: Float32Array): void;
    /** As `add`, for index types that must see data first (IVF, PQ, SQ). */
    train(x: Float32Array): void;
    /**
     * The `k` nearest of each query in `x`, flat; a label of -1 means that fewer were found.
     * Throws when `k` is above `ntotal()`. Blocks its thread.
     */
    search(x: Float32Array, k: number): SearchResult;
    /** Frees the index now rather than when it is collected. Any later use throws. Safe to call twice. */
    dispose(): void;
    /** Search-time parameters as FAISS writes them: `efSearch=64`, `nprobe=8`. Throws on an unknown one. */
    setParams(parameters: string): void;
  }
}
