import { bulkhead } from 'cockatiel';
import { LRUCache } from 'lru-cache';
import type { FoundChunks } from '../../core/retrieval/hybrid-search.ts';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import type { Manifest } from '../../core/retrieval/manifest.ts';
import { liveDocuments } from '../../core/retrieval/manifest-changes.ts';
import type { SearchEngine } from '../../core/retrieval/search-engine.ts';
import type { BuiltSegment } from '../../core/retrieval/segment.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';

/** Indexes loaded at the same time, and segments of one of them: they bound what is held beside the resident ones. */
const maxLoads = 4;
const maxWaitingLoads = 1_000;
const maxSegmentsAtOnce = 8;

/** One opened revision of a tenant's index. */
interface Resident {
  readonly tenant: TenantId;
  readonly revision: number;
  readonly viewId: string;
  readonly segmentIds: ReadonlySet<string>;
  readonly bytes: number;
  /** Searches under way. */
  users: number;
  /** Replaced or evicted: closed when its last search ends. */
  retired: boolean;
}

interface Loading {
  readonly loaded: Promise<Resident>;
  waiting: number;
}

export type SearchIndex = (query: string, vector: Float32Array, k: number) => Promise<FoundChunks>;

/** The indexes that are in memory: most recently used tenants, bounded in number and bytes, loaded on first use. */
export interface TenantIndexes {
  /**
   * Runs `work` on the tenant's index at the manifest's revision or a newer one.
   *
   * @throws whatever loading throws: damaged or missing files, storage that does not answer.
   */
  use<R>(
    tenant: TenantId,
    manifest: Manifest,
    work: (search: SearchIndex, revision: number) => Promise<R>,
  ): Promise<R>;
  readonly resident: { readonly tenants: number; readonly bytes: number };
}

/**
 * @param options.maxBytes for all resident indexes together. Beside them there may be the four that are being loaded
 *   and those evicted while a search still uses them.
 */
export function createTenantIndexes(options: {
  store: Pick<IndexStore, 'readSegment'>;
  engine: SearchEngine;
  embedderId: string;
  maxTenants: number;
  maxBytes: number;
}): TenantIndexes {
  const { store, engine, embedderId, maxBytes } = options;
  const loads = bulkhead(maxLoads, maxWaitingLoads);
  const loading = new Map<TenantId, Loading>();
  let lastView = 0;

  const retire = (resident: Resident) => {
    resident.retired = true;
    if (resident.users === 0) engine.drop(resident.viewId);
  };
  const release = (resident: Resident) => {
    resident.users--;
    if (resident.retired && resident.users === 0) engine.drop(resident.viewId);
  };
  const residents = new LRUCache<TenantId, Resident>({
    max: options.maxTenants,
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => Math.max(1, bytes),
    dispose: retire,
  });

  /** Segments never change: those that the resident revision has open are not read again. */
  const load = async (tenant: TenantId, manifest: Manifest): Promise<Resident> => {
    const before = residents.peek(tenant);
    // Its segments must stay open until the new view holds them.
    if (before) before.users++;
    try {
      const segments = liveDocuments(manifest);
      const missing = segments.filter(({ id }) => !before?.segmentIds.has(id));
      const reads = bulkhead(maxSegmentsAtOnce, Number.POSITIVE_INFINITY);
      const built = await Promise.all(
        missing.map(({ id }): Promise<BuiltSegment> => reads.execute(() => store.readSegment(tenant, id))),
      );
      const viewId = `${tenant}@${manifest.revision}#${++lastView}`;
      const { bytes } = await engine.open({ viewId, tenant, embedder: embedderId, segments, built });
      if (bytes > maxBytes) {
        engine.drop(viewId);
        throw new RangeError(`The index of ${tenant} has ${bytes} bytes, more than all indexes may have`);
      }
      const segmentIds = new Set(segments.map(({ id }) => id));
      return { tenant, revision: manifest.revision, viewId, segmentIds, bytes, users: 0, retired: false };
    } catch (error) {
      // The open segments may be part of the trouble (a thread that ended): begin from nothing next time.
      if (before && residents.peek(tenant) === before) residents.delete(tenant);
      throw error;
    } finally {
      if (before) release(before);
    }
  };

  /** One load a tenant at a time; everybody who waits for it gets the index pinned. */
  const join = async (tenant: TenantId, manifest: Manifest): Promise<Resident> => {
    const under = loading.get(tenant);
    if (under) {
      under.waiting++;
      return under.loaded;
    }
    const entry: Loading = {
      waiting: 1,
      loaded: loads
        .execute(() => load(tenant, manifest))
        .then(
          // Nobody can join between the end of the list and the pins for everybody on it.
          (resident) => {
            loading.delete(tenant);
            resident.users = entry.waiting;
            residents.set(tenant, resident);
            return resident;
          },
          (error: unknown) => {
            loading.delete(tenant);
            throw error;
          },
        ),
    };
    loading.set(tenant, entry);
    return entry.loaded;
  };

  const pinned = async (tenant: TenantId, manifest: Manifest): Promise<Resident> => {
    for (;;) {
      const resident = residents.get(tenant);
      if (resident && resident.revision >= manifest.revision) {
        resident.users++;
        return resident;
      }
      const loaded = await join(tenant, manifest);
      if (loaded.revision >= manifest.revision) return loaded;
      // That load had begun for an older revision.
      release(loaded);
    }
  };

  return {
    async use(tenant, manifest, work) {
      const resident = await pinned(tenant, manifest);
      const search: SearchIndex = async (query, vector, k) => {
        try {
          return await engine.search(resident.viewId, query, vector, k);
        } catch (error) {
          // Perhaps the thread that held it has ended: the next request loads it anew.
          if (residents.peek(tenant) === resident) residents.delete(tenant);
          throw error;
        }
      };
      try {
        return await work(search, resident.revision);
      } finally {
        release(resident);
      }
    },
    get resident() {
      return { tenants: residents.size, bytes: residents.calculatedSize };
    },
  };
}
