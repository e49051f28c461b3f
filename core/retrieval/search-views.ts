import type { TenantId } from '../tenants/tenant-id.ts';
import { type FoundChunks, hybridSearch, type SearchedSegment, searchedSegment } from './hybrid-search.ts';
import type { SearchEngine } from './search-engine.ts';
import type { SegmentReader } from './segment-reader.ts';
import { openSegment } from './segment-reader.ts';

interface OpenSegment {
  readonly reader: SegmentReader;
  views: number;
}

/**
 * The search engine on the calling thread. A segment is opened once for all views of its tenant that need it, and
 * disposed with the last of them.
 */
export function createSearchViews(): SearchEngine {
  const open = new Map<string, OpenSegment>();
  const views = new Map<string, { segments: SearchedSegment[]; keys: string[] }>();
  const keyOf = (tenant: TenantId, segmentId: string, since = '') => `${tenant}/${segmentId}@${since}`;
  const release = (keys: readonly string[]) => {
    for (const key of keys) {
      const segment = open.get(key);
      if (!segment || --segment.views > 0) continue;
      open.delete(key);
      segment.reader.dispose();
    }
  };
  return {
    async open({ viewId, tenant, embedder, segments, built }) {
      if (views.has(viewId)) throw new Error(`View ${viewId} is open already`);
      const keys: string[] = [];
      try {
        const searched = segments.map(({ id, since, documents }) => {
          const key = keyOf(tenant, id, since);
          let segment = open.get(key);
          if (!segment) {
            const files = built.find((candidate) => candidate.segment.id === id);
            if (!files) throw new Error(`Segment ${id} is neither open nor given`);
            segment = { reader: openSegment(files, { tenant, embedder }), views: 0 };
            open.set(key, segment);
          }
          segment.views++;
          keys.push(key);
          return searchedSegment(segment.reader, documents);
        });
        views.set(viewId, { segments: searched, keys });
        return { bytes: searched.reduce((sum, { reader }) => sum + reader.bytes, 0) };
      } catch (error) {
        release(keys);
        throw error;
      }
    },
    async search(viewId, query, vector, k, groups): Promise<FoundChunks> {
      const view = views.get(viewId);
      if (!view) throw new Error(`View ${viewId} is not open`);
      return hybridSearch(view.segments, query, vector, k, groups);
    },
    drop(viewId) {
      const view = views.get(viewId);
      views.delete(viewId);
      if (view) release(view.keys);
    },
    async close() {
      for (const viewId of [...views.keys()]) this.drop(viewId);
    },
  };
}
