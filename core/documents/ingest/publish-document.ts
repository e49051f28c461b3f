import type { IndexStore } from '../../retrieval/index-store.ts';
import type { Segment } from '../../retrieval/segment.ts';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { AttemptRef } from '../document.ts';
import { keys } from '../keys.ts';
import { AttemptOver, goOn, type IngestDeps } from './attempt.ts';
import { workFiles } from './work-files.ts';

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
  const work = workFiles(deps.blobs, tenant, ref);
  const segment = await work.find('segment.json');
  if (segment) await publish(deps, tenant, ref, segment);
  else await mustBeReady(deps, tenant, ref);
  await deps.blobs.deletePrefix(tenant, keys.work(tenant, documentId, version, ''));
}

async function publish(
  deps: IngestDeps & { readonly index: Pick<IndexStore, 'publish'> },
  tenant: TenantId,
  ref: AttemptRef,
  segment: Segment,
): Promise<void> {
  const { documentId, version } = ref;
  const chunks =
    segment.documents.find((d) => d.document_id === documentId && d.version === version)?.chunks ?? 0;
  const outcome = await deps.index.publish(tenant, segment, { document_id: documentId, version, chunks });
  if (outcome === 'superseded') {
    // The ledger knows why, and what is to be removed.
    await goOn(deps, tenant, ref, 'indexing');
    throw new AttemptOver('a newer version can be found');
  }
}

/** The work files go last, so without them an earlier run has published already. */
async function mustBeReady(deps: IngestDeps, tenant: TenantId, ref: AttemptRef): Promise<void> {
  const record = await deps.ledger.get(tenant, ref.documentId);
  if (record?.state !== 'ready') throw new Error(`the segment of ${ref.documentId} is missing`);
}
