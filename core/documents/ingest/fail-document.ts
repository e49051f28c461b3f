import type { TenantId } from '../../tenants/tenant-id.ts';
import type { AttemptRef } from '../document.ts';
import { keys } from '../keys.ts';
import type { IngestDeps } from './attempt.ts';

const internalReason = 'The document could not be processed. Try again.';
const maxReasonLength = 500;

/**
 * Ends an attempt that cannot succeed. Only a reason that was written for people outside is shown to them.
 *
 * @param error name of the error that ended it.
 * @param message the error's own words, where they are known.
 */
export async function failDocument(
  deps: IngestDeps,
  tenant: TenantId,
  ref: AttemptRef,
  error: string,
  message: string | undefined,
): Promise<void> {
  const known =
    error === 'DocumentUnreadable' && message ? message.slice(0, maxReasonLength) : internalReason;
  await deps.ledger.fail(tenant, ref, known);
  await deps.blobs.deletePrefix(
    tenant,
    keys.attemptWork(tenant, ref.documentId, ref.version, ref.attempt, ''),
  );
}
