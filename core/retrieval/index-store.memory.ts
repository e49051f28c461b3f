import { ulid } from 'ulid';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { IndexStore } from './index-store.ts';
import type { Manifest } from './manifest.ts';
import { isPublished, withGroups, withHidden, withPublished } from './manifest-changes.ts';
import type { BuiltSegment, SegmentFileName } from './segment.ts';
import { verifyFiles } from './segment-checksums.ts';
import { SegmentRejected } from './segment-rejected.ts';

/** What the store reads and changes in the ledger. */
export interface LedgerOfIndex {
  /** Whom a document is for; `undefined` when it is unknown. */
  groupsOf(tenant: TenantId, documentId: string): readonly string[] | undefined;
  /** @returns whether the version is still the current one of a document that is not in deletion. */
  markReady(tenant: TenantId, documentId: string, version: number, chunks: number): boolean;
  /** @returns whether there is such a document, and it is not in deletion. */
  setGroups(tenant: TenantId, documentId: string, groups: readonly string[]): boolean;
}

/** An index store in memory, with the same promises as the one in AWS. */
export function createMemoryIndexStore(
  options: { ledger?: LedgerOfIndex; manifests?: Map<TenantId, Manifest> } = {},
): IndexStore {
  const ledger = options.ledger ?? everyDocument();
  const manifests = options.manifests ?? new Map<TenantId, Manifest>();
  const segments = new Map<string, BuiltSegment>();
  const at = (tenant: TenantId, id: string) => `${tenant}/${id}`;
  return {
    manifest: async (tenant) => structuredClone(manifests.get(tenant)),
    async upload(tenant, built) {
      if (built.segment.tenant_id !== tenant)
        throw new SegmentRejected(`${built.segment.id} is another tenant's`);
      segments.set(at(tenant, built.segment.id), copied(built));
    },
    async readSegment(tenant, segmentId) {
      const found = segments.get(at(tenant, segmentId));
      if (!found) throw new SegmentRejected(`There is no segment ${segmentId}`);
      await verifyFiles(found);
      return copied(found);
    },
    async publish(tenant, segment, document) {
      if (segment.tenant_id !== tenant) throw new SegmentRejected(`${segment.id} is another tenant's`);
      const before = manifests.get(tenant);
      if (before && isPublished(before, segment.id, document)) return 'published';
      const groups = ledger.groupsOf(tenant, document.document_id);
      if (!groups) return 'superseded';
      const after = withPublished(before, segment, { ...document, groups }, ulid().toLowerCase());
      if (after === before) return 'superseded';
      if (!ledger.markReady(tenant, document.document_id, document.version, document.chunks))
        return 'superseded';
      manifests.set(tenant, after);
      return 'published';
    },
    async regroup(tenant, documentId, groups) {
      if (!ledger.setGroups(tenant, documentId, groups)) return false;
      const before = manifests.get(tenant);
      if (before) manifests.set(tenant, withGroups(before, documentId, groups, ulid().toLowerCase()));
      return true;
    },
    async hide(tenant, documentId) {
      const before = manifests.get(tenant);
      if (before) manifests.set(tenant, withHidden(before, documentId, ulid().toLowerCase()));
    },
  };
}

/** Where there is no ledger, every document is known. */
function everyDocument(): LedgerOfIndex {
  const groups = new Map<string, readonly string[]>();
  return {
    groupsOf: (tenant, documentId) => groups.get(`${tenant}/${documentId}`) ?? [],
    markReady: () => true,
    setGroups(tenant, documentId, names) {
      groups.set(`${tenant}/${documentId}`, [...names]);
      return true;
    },
  };
}

/** Readers may hand their bytes to another thread, which takes them away from here. */
function copied({ segment, files }: BuiltSegment): BuiltSegment {
  const copies = Object.entries(files).map(([name, bytes]) => [name, bytes.slice()]);
  return {
    segment: structuredClone(segment),
    files: Object.fromEntries(copies) as Record<SegmentFileName, Uint8Array>,
  };
}
