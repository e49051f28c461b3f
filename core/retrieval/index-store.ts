import type { TenantId } from '../tenants/tenant-id.ts';
import type { Manifest } from './manifest.ts';
import type { BuiltSegment } from './segment.ts';

/**
 * The live index of a tenant: read its manifest, change it by compare-and-set. Adapters: `index-store.aws.ts`
 * (S3 objects, pointer in the table), `index-store.memory.ts`; contract suite `index-store.contract.ts`.
 */
export interface IndexStore {
  /** The live manifest, read consistently; `undefined` before the first publish. */
  manifest(tenant: TenantId): Promise<Manifest | undefined>;
  /** Uploads a segment's files, `segment.json` last. Safe to repeat. Nothing is findable before `publish`. */
  upload(tenant: TenantId, built: BuiltSegment): Promise<void>;
  /** One file of a segment, its checksum verified against `segment.json`. */
  readSegment(tenant: TenantId, segmentId: string): Promise<BuiltSegment>;
  /**
   * Makes a document version findable: adds the segment (once: repeating it changes nothing), hides older versions
   * of the document and drops segments in which nothing is left, in the same swap that marks the document's ledger
   * item `ready`. The document is found by those whom the ledger item's groups name at that moment. Loses no
   * concurrent publish: retried on a moved pointer.
   *
   * @returns `published`, or `superseded` when the document was deleted or has a newer version meanwhile.
   */
  publish(
    tenant: TenantId,
    segment: BuiltSegment['segment'],
    document: { document_id: string; version: number; chunks: number },
  ): Promise<'published' | 'superseded'>;
  /**
   * Says whom a document is for from now on, findable or not, in the ledger and in the live index at once. It may
   * run beside everything else.
   *
   * @param groups none: everybody of the tenant
   * @returns `false` when there is no such document, or it is being deleted.
   */
  regroup(tenant: TenantId, documentId: string, groups: readonly string[]): Promise<boolean>;
  /** Hides every version of a document. Safe to repeat; no effect when there is no such document. */
  hide(tenant: TenantId, documentId: string): Promise<void>;
}
