import type { IndexStore } from '../../retrieval/index-store.ts';
import { segmentSchema } from '../../retrieval/segment.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { AttemptRef } from '../document.ts';
import { keys } from '../keys.ts';
import { segmentIdOf } from '../segment-id.ts';
import { AttemptOver, goOn, type IngestDeps } from './attempt.ts';

/**
 * Last step: makes the document version findable, then removes the work files of all its attempts.
 *
 * @throws {AttemptOver}
 */
export async function publishDocument(
  deps: IngestDeps & { readonly index: Pick<IndexStore, 'publish'> },
  tenant: TenantId,
  ref: AttemptRef,
): Promise<void> {
  await goOn(deps, tenant, ref, 'indexing');
  const { documentId, version } = ref;
  const key = keys.segment(tenant, segmentIdOf(ref), 'segment.json');
  const blob = await deps.blobs.get(key);
  if (!blob) throw new Error(`${key} is missing`);
  const segment = segmentSchema.parse(JSON.parse(new TextDecoder().decode(blob.bytes)));
  const chunks =
    segment.documents.find((d) => d.document_id === documentId && d.version === version)?.chunks ?? 0;
  const outcome = await deps.index.publish(tenant, segment, { document_id: documentId, version, chunks });
  if (outcome === 'superseded') {
    // The ledger knows why, and what is to be removed.
    await goOn(deps, tenant, ref, 'indexing');
    throw new AttemptOver('a newer version can be found');
  }
  await deps.blobs.deletePrefix(keys.work(tenant, documentId, version, ''));
}
