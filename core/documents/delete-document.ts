import type { TenantId } from '../tenants/tenant-id.ts';
import type { BlobStore } from './blob-store.ts';
import { keys } from './keys.ts';
import type { DocumentLedger } from './ledger.ts';

export interface DeleteDeps {
  readonly ledger: DocumentLedger;
  readonly blobs: BlobStore;
  /** The half of `IndexStore` that deletion needs. */
  readonly index: { hide(tenant: TenantId, documentId: string): Promise<void> };
}

/**
 * Deletes a document: it is marked, so that no task brings it back; made unfindable; then its objects and records
 * go. Killed at any point, a repeated call goes on from there.
 *
 * @returns `false` when there is no such document.
 */
export async function deleteDocument(
  deps: DeleteDeps,
  tenant: TenantId,
  documentId: string,
): Promise<boolean> {
  const record = await deps.ledger.markDeleting(tenant, documentId);
  if (!record) return false;
  await deps.index.hide(tenant, documentId);
  await deps.ledger.markHidden(tenant, documentId);
  await removeObjects(deps.blobs, tenant, documentId);
  await deps.ledger.remove(tenant, record);
  return true;
}

/** Removes all that lies in the bucket for a document: every version and every segment built for it. */
export async function removeObjects(blobs: BlobStore, tenant: TenantId, documentId: string): Promise<void> {
  await blobs.deletePrefix(tenant, keys.document(tenant, documentId));
  await blobs.deletePrefix(tenant, keys.segmentsOf(tenant, documentId));
}
