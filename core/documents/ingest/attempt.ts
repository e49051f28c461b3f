import type { TenantId } from '../../tenants/tenant-id.ts';
import type { BlobStore } from '../blob-store.ts';
import { removeObjects } from '../delete-document.ts';
import type { AttemptRef } from '../document.ts';
import { keys } from '../keys.ts';
import type { DocumentLedger, RunningState } from '../ledger.ts';

export interface IngestDeps {
  readonly ledger: DocumentLedger;
  readonly blobs: BlobStore;
}

/** There is nothing left to do for this attempt: the document is gone, or a newer version or attempt took over. */
export class AttemptOver extends Error {
  override readonly name = 'AttemptOver';
}

/**
 * Goes on with an attempt, and tells the ledger how far it is. Steps call this before they begin and again after
 * they wrote: together with deletion, which first marks and then removes, that leaves no objects of a deleted
 * document behind.
 *
 * @throws {AttemptOver} after removing what the attempt left.
 */
export async function goOn(
  deps: IngestDeps,
  tenant: TenantId,
  ref: AttemptRef,
  state: RunningState,
  title?: string,
): Promise<void> {
  const outcome = await deps.ledger.advance(tenant, ref, state, title);
  if (outcome === 'advanced' || outcome === 'unchanged') return;
  if (outcome === 'gone') await removeObjects(deps.blobs, tenant, ref.documentId);
  // The text and the segment of an older version may be the ones that can be found; its work files are nobody's.
  else
    await deps.blobs.deletePrefix(
      tenant,
      keys.attemptWork(tenant, ref.documentId, ref.version, ref.attempt, ''),
    );
  throw new AttemptOver(
    outcome === 'gone' ? 'the document is deleted' : 'a newer version or attempt took over',
  );
}
