import type { FoundChunks } from '../../core/retrieval/hybrid-search.ts';
import type { SearchEngine } from '../../core/retrieval/search-engine.ts';
import type { BuiltSegment } from '../../core/retrieval/segment.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { startThread, type Thread } from './thread.ts';

/**
 * The search engine in worker threads. Every tenant has one thread by a hash of its id, so that its segments are
 * opened once and calls about a view stay in order: a drop is done after the searches asked for before it.
 */
export function createSearchThreads(count: number): SearchEngine {
  const threads = Array.from({ length: count }, () =>
    startThread(new URL('search.worker.ts', import.meta.url), {}),
  );
  const threadOf = new Map<string, Thread>();
  const of = (viewId: string): Thread => {
    const thread = threadOf.get(viewId);
    if (!thread) throw new Error(`View ${viewId} is not open`);
    return thread;
  };
  return {
    async open(view) {
      const thread = threads[slotOf(view.tenant, count)] as Thread;
      const built = view.built.map(owned);
      const transfer = built.flatMap(({ files }) =>
        Object.values(files).map(({ buffer }) => buffer as ArrayBuffer),
      );
      const answer = await thread.call('open', { ...view, built }, transfer);
      threadOf.set(view.viewId, thread);
      return answer as { bytes: number };
    },
    async search(viewId, query, vector, k, groups) {
      return (await of(viewId).call('search', { viewId, query, vector, k, groups })) as FoundChunks;
    },
    drop(viewId) {
      const thread = threadOf.get(viewId);
      threadOf.delete(viewId);
      // A thread that has ended holds nothing any more.
      thread?.call('drop', viewId).catch(() => {});
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

/** Files in buffers of their own, which can be handed over without copying. */
function owned({ segment, files }: BuiltSegment): BuiltSegment {
  const entries = Object.entries(files).map(([name, bytes]) => {
    const whole = bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength;
    return [name, whole ? new Uint8Array(bytes.buffer) : Uint8Array.from(bytes)];
  });
  return { segment, files: Object.fromEntries(entries) as BuiltSegment['files'] };
}

function slotOf(tenant: TenantId, count: number): number {
  let hash = 0;
  for (let i = 0; i < tenant.length; i++) hash = (Math.imul(hash, 31) + tenant.charCodeAt(i)) >>> 0;
  return hash % count;
}
