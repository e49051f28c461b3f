import type { TenantId } from '../tenants/tenant-id.ts';
import type { FoundChunks } from './hybrid-search.ts';
import type { BuiltSegment } from './segment.ts';

/** One revision of a tenant's index, ready for search. */
export interface ViewRequest {
  /** Unique, chosen by the caller. */
  readonly viewId: string;
  readonly tenant: TenantId;
  /** The embedder that the segments must have been made with. */
  readonly embedder: string;
  /** The live segments, each with the document versions that count in it. */
  readonly segments: readonly {
    readonly id: string;
    /** Tells contents apart that have the same id at different times; `undefined` where that cannot be. */
    readonly since?: string;
    readonly documents: readonly {
      readonly document_id: string;
      readonly version: number;
      /** Whom it is for; none: everybody of the tenant. */
      readonly groups?: readonly string[] | undefined;
    }[];
  }[];
  /** Files of those segments that no open view of this tenant has. The engine may take the bytes away. */
  readonly built: readonly BuiltSegment[];
}

/**
 * Holds opened indexes and searches them. On the calling thread: `search-views.ts`; the RAG service runs that in
 * worker threads, since FAISS and SQLite block the thread that they compute on.
 */
export interface SearchEngine {
  /** @returns about how many bytes the view's segments hold. @throws {SegmentRejected} and then holds nothing new. */
  open(view: ViewRequest): Promise<{ bytes: number }>;
  /** @param groups of the one who asks: what is for others alone is not found. */
  search(
    viewId: string,
    query: string,
    vector: Float32Array,
    k: number,
    groups: readonly string[],
  ): Promise<FoundChunks>;
  /** Frees what no other view needs, after the searches that were asked for before. */
  drop(viewId: string): void;
  close(): Promise<void>;
}
