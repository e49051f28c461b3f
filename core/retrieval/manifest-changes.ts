import type { Manifest } from './manifest.ts';
import type { Segment } from './segment.ts';

type Entry = Manifest['segments'][number];

/**
 * Whether a version of a document is part of the index: a segment lists it and no tombstone hides it. A segment
 * lists only what was published from it, so a chunk that no entry names does not count.
 */
export function isLive(manifest: Manifest, documentId: string, version: number): boolean {
  return (
    !isHidden(manifest.tombstones, documentId, version) &&
    manifest.segments.some(({ documents }) => lists(documents, documentId, version))
  );
}

/** What counts in each segment: `(document, version)` pairs that are live. */
export function liveDocuments(manifest: Manifest): Entry[] {
  return manifest.segments.map(({ id, since, documents }) => ({
    id,
    since,
    documents: documents.filter((d) => !isHidden(manifest.tombstones, d.document_id, d.version)),
  }));
}

/**
 * The manifest with a document version made findable and its older versions hidden. Another segment's copy of the
 * same version is replaced. Returns the same object when nothing changes: already so, a newer version is live, or the
 * version is hidden.
 *
 * @param manifest the live one; `undefined` before the first publish
 * @param document.groups whom it is for; none: everybody of the tenant
 * @param newId the manifest's own if it is another one
 * @throws {RangeError} when the segment does not hold that version
 */
export function withPublished(
  manifest: Manifest | undefined,
  segment: Pick<Segment, 'id' | 'tenant_id' | 'documents'>,
  document: { document_id: string; version: number; groups: readonly string[] },
  newId: string,
): Manifest {
  const { document_id, version, groups } = document;
  const held = segment.documents.find((d) => d.document_id === document_id && d.version === version);
  if (!held) throw new RangeError(`Segment ${segment.id} does not hold ${document_id} version ${version}`);
  if (manifest && manifest.tenant_id !== segment.tenant_id) {
    throw new RangeError(`Segment ${segment.id} belongs to another tenant than the manifest`);
  }
  const base = manifest ?? emptyManifest(segment.tenant_id);
  if (isPublished(base, segment.id, document)) return base;
  if (newestLive(base, document_id) > version || isHidden(base.tombstones, document_id, version)) return base;

  const entries = base.segments.map(({ id, since, documents }) => ({
    id,
    since,
    documents: documents.filter((d) => d.document_id !== document_id || d.version !== version),
  }));
  const own = entries.find(({ id }) => id === segment.id);
  const added = forGroups(held, groups);
  const segments = own
    ? entries.map((entry) => (entry === own ? { ...own, documents: [...own.documents, added] } : entry))
    : [...entries, { id: segment.id, since: newId, documents: [added] }];
  return next(base, newId, segments, hide(base.tombstones, document_id, version));
}

/** Whether this very segment's copy of the version is live: a publish that is already done. */
export function isPublished(
  manifest: Manifest,
  segmentId: string,
  document: { document_id: string; version: number },
): boolean {
  const { document_id, version } = document;
  const entry = manifest.segments.find(({ id }) => id === segmentId);
  return (
    entry !== undefined &&
    lists(entry.documents, document_id, version) &&
    !isHidden(manifest.tombstones, document_id, version)
  );
}

/** The manifest `newId` with every version of a document hidden; the same object when none is live. */
export function withHidden(manifest: Manifest, documentId: string, newId: string): Manifest {
  const newest = newestLive(manifest, documentId);
  if (newest === 0) return manifest;
  return next(manifest, newId, manifest.segments, hide(manifest.tombstones, documentId, newest + 1));
}

/** The manifest `newId` with a document made for these groups; the same object when nothing changes. */
export function withGroups(
  manifest: Manifest,
  documentId: string,
  groups: readonly string[],
  newId: string,
): Manifest {
  const changes = manifest.segments.some(({ documents }) =>
    documents.some((d) => d.document_id === documentId && !sameNames(d.groups ?? [], groups)),
  );
  if (!changes) return manifest;
  const segments = manifest.segments.map((entry) => ({
    ...entry,
    documents: entry.documents.map((d) => (d.document_id === documentId ? forGroups(d, groups) : d)),
  }));
  return next(manifest, newId, segments, manifest.tombstones);
}

/** An entry of a document; one that is for everybody looks as it did before there were groups. */
const forGroups = (
  { document_id, version, chunks }: Omit<Entry['documents'][number], 'groups'>,
  groups: readonly string[],
): Entry['documents'][number] => ({
  document_id,
  version,
  chunks,
  ...(groups.length > 0 && { groups: [...groups] }),
});

const sameNames = (some: readonly string[], others: readonly string[]) =>
  some.length === others.length && some.every((name, i) => name === others[i]);

const emptyManifest = (tenant: string): Manifest => ({
  format: 1,
  id: '',
  tenant_id: tenant,
  revision: 0,
  segments: [],
  tombstones: [],
});

const lists = (documents: Entry['documents'], documentId: string, version: number) =>
  documents.some((d) => d.document_id === documentId && d.version === version);

const isHidden = (tombstones: Manifest['tombstones'], documentId: string, version: number) =>
  tombstones.some((t) => t.document_id === documentId && version < t.below_version);

/** The newest live version of a document; 0 when there is none. */
function newestLive(manifest: Manifest, documentId: string): number {
  let newest = 0;
  for (const { documents } of manifest.segments) {
    for (const { document_id, version } of documents) {
      if (document_id === documentId && !isHidden(manifest.tombstones, documentId, version)) {
        newest = Math.max(newest, version);
      }
    }
  }
  return newest;
}

function hide(
  tombstones: Manifest['tombstones'],
  documentId: string,
  belowVersion: number,
): Manifest['tombstones'] {
  const before = tombstones.find((t) => t.document_id === documentId)?.below_version ?? 0;
  return [
    ...tombstones.filter((t) => t.document_id !== documentId),
    { document_id: documentId, below_version: Math.max(before, belowVersion) },
  ];
}

/** The next revision, without segments in which nothing is left and without tombstones that hide nothing. */
function next(
  base: Manifest,
  id: string,
  segments: readonly Entry[],
  tombstones: Manifest['tombstones'],
): Manifest {
  const kept = segments.filter(({ documents }) =>
    documents.some((d) => !isHidden(tombstones, d.document_id, d.version)),
  );
  const needed = tombstones.filter((t) =>
    kept.some(({ documents }) =>
      documents.some((d) => d.document_id === t.document_id && d.version < t.below_version),
    ),
  );
  const grouped = kept.some(({ documents }) =>
    documents.some((d) => (d.groups ?? []).length > 0 && !isHidden(tombstones, d.document_id, d.version)),
  );
  return {
    ...base,
    format: grouped ? 2 : 1,
    id,
    revision: base.revision + 1,
    segments: kept,
    tombstones: needed,
  };
}
