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

/** One opened manifest of a tenant's index. */
interface Resident {
  readonly manifestId: string;
  readonly revision: number;
  readonly viewId: string;
  /** By id and since when it is there: an id alone may come again with other content after a restore. */
  readonly segments: ReadonlySet<string>;
  readonly bytes: number;
  /** The place in the order of all reads of pointers at which the latest one that found this manifest began. */
  readAt: number;
  /** Searches under way. */
  users: number;
  /** Replaced or evicted: closed when its last search ends. */
  retired: boolean;
}

interface Loading {
  readonly manifestId: string;
  readonly loaded: Promise<Resident>;
  readAt: number;
  waiting: number;
  /** A read that began at this place found no index any more; 0 when none did. */
  goneAt: number;
}

export type SearchIndex = (
  query: string,
  vector: Float32Array,
  k: number,
  groups: readonly string[],
) => Promise<FoundChunks>;

/** The indexes that are in memory: most recently used tenants, bounded in number and bytes, loaded on first use. */
export interface TenantIndexes {
  /**
   * Runs `work` on the tenant's index as its pointer says at this call or later.
   *
   * @returns `undefined` when the tenant has no index; then none is kept for it either
   * @throws whatever loading throws: damaged or missing files, storage that does not answer.
   */
  use<R>(
    tenant: TenantId,
    work: (search: SearchIndex, revision: number) => Promise<R>,
  ): Promise<R | undefined>;
  readonly resident: { readonly tenants: number; readonly bytes: number };
}

/**
 * Which of two manifests is the newer one is told by when the pointer was read, never by their revisions: those go
 * back when the table is restored, and begin anew when a tenant is erased and made again. A consistent read that began
 * after this request's knows everything that this request must know.
 *
 * @param options.maxBytes for all resident indexes together. Beside them there may be the four that are being loaded
 *   and those evicted while a search still uses them.
 */
export function createTenantIndexes(options: {
  store: Pick<IndexStore, 'manifest' | 'readSegment'>;
  engine: SearchEngine;
  embedderId: string;
  maxTenants: number;
  maxBytes: number;
}): TenantIndexes {
  const { store, engine, embedderId, maxBytes } = options;
  const loads = bulkhead(maxLoads, maxWaitingLoads);
  const loading = new Map<TenantId, Loading>();
  let lastView = 0;
  let lastRead = 0;

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
  const load = async (tenant: TenantId, manifest: Manifest, readAt: number): Promise<Resident> => {
    const before = residents.peek(tenant);
    // Its segments must stay open until the new view holds them.
    if (before) before.users++;
    try {
      const segments = liveDocuments(manifest);
      const missing = segments.filter((segment) => !before?.segments.has(contentOf(segment)));
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
      return {
        manifestId: manifest.id,
        revision: manifest.revision,
        viewId,
        segments: new Set(segments.map(contentOf)),
        bytes,
        readAt,
        users: 0,
        retired: false,
      };
    } catch (error) {
      // The open segments may be part of the trouble (a thread that ended): begin from nothing next time.
      if (before && residents.peek(tenant) === before) residents.delete(tenant);
      throw error;
    } finally {
      if (before) release(before);
    }
  };

  /** One load a tenant at a time; everybody who waits for it gets the index pinned. */
  const start = (tenant: TenantId, manifest: Manifest, readAt: number): Promise<Resident> => {
    const entry: Loading = {
      manifestId: manifest.id,
      readAt,
      waiting: 1,
      goneAt: 0,
      loaded: loads
        .execute(() => load(tenant, manifest, readAt))
        .then(
          // Nobody can join between the end of the list and the pins for everybody on it.
          (resident) => {
            loading.delete(tenant);
            resident.users = entry.waiting;
            resident.readAt = entry.readAt;
            if (entry.goneAt > entry.readAt) resident.retired = true;
            else residents.set(tenant, resident);
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

  /** What is there, or on its way, if a request may use it that found `manifest` in a read begun at `readAt`. */
  const fits = (
    held: { manifestId: string; readAt: number },
    manifest: Manifest,
    readAt: number,
  ): boolean => {
    if (held.manifestId === manifest.id) held.readAt = Math.max(held.readAt, readAt);
    return held.readAt >= readAt;
  };

  const pinned = async (tenant: TenantId, manifest: Manifest, readAt: number): Promise<Resident> => {
    for (;;) {
      const resident = residents.get(tenant);
      if (resident && fits(resident, manifest, readAt)) {
        resident.users++;
        return resident;
      }
      const under = loading.get(tenant);
      if (!under) return start(tenant, manifest, readAt);
      if (fits(under, manifest, readAt)) {
        under.waiting++;
        return under.loaded;
      }
      // Of an older read: whether it succeeds does not matter here.
      await under.loaded.catch(() => {});
    }
  };

  /** The tenant was erased, or the table restored to before its first document. */
  const forget = (tenant: TenantId, readAt: number) => {
    const resident = residents.peek(tenant);
    if (resident && resident.readAt < readAt) residents.delete(tenant);
    const under = loading.get(tenant);
    if (under) under.goneAt = Math.max(under.goneAt, readAt);
  };

  return {
    async use(tenant, work) {
      const readAt = ++lastRead;
      // Read at every request, consistently: what was deleted before the request is not found by it.
      const manifest = await store.manifest(tenant);
      if (!manifest) {
        forget(tenant, readAt);
        return undefined;
      }
      if (manifest.tenant_id !== tenant) throw new Error(`The manifest of ${tenant} names another tenant`);
      const resident = await pinned(tenant, manifest, readAt);
      const search: SearchIndex = async (query, vector, k, groups) => {
        try {
          return await engine.search(resident.viewId, query, vector, k, groups);
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

const contentOf = ({ id, since }: { id: string; since: string }) => `${id}@${since}`;
