import type { TenantId } from '../tenants/tenant-id.ts';
import type { AttemptRef } from './document.ts';
import type { DocumentLedger } from './ledger.ts';

/** Starts the work on an attempt; starting the same attempt again does nothing. */
export type StartAttempt = (tenant: TenantId, ref: AttemptRef) => Promise<void>;

/**
 * Reacts to the arrival of an original. Arrivals are told more than once and late, so the ledger decides: only the
 * current version is worth an attempt, and only while it has not ended.
 *
 * @returns whether an attempt was started.
 */
export async function startIngestion(
  deps: { readonly ledger: DocumentLedger; readonly start: StartAttempt },
  tenant: TenantId,
  arrived: { readonly documentId: string; readonly version: number },
): Promise<boolean> {
  const record = await deps.ledger.get(tenant, arrived.documentId);
  if (!record || record.deleting || record.version !== arrived.version) return false;
  if (record.state === 'ready' || record.state === 'failed') return false;
  await deps.start(tenant, {
    documentId: record.documentId,
    version: record.version,
    attempt: record.attempts,
  });
  return true;
}
