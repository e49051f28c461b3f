import type { TenantId } from '../tenants/tenant-id.ts';
import type { IngestDeps } from './ingest/attempt.ts';
import { reviveAttempt, type StartAttempt } from './revive-attempt.ts';

/**
 * Reacts to the arrival of an original. Arrivals are told more than once and late, so the ledger decides: only the
 * current version is worth an attempt, and only while it has not ended. Where the attempt's work is over and the
 * ledger does not know, it was cut off, and the next attempt is started.
 *
 * @returns whether an attempt was started.
 */
export async function startIngestion(
  deps: IngestDeps & { readonly start: StartAttempt },
  tenant: TenantId,
  arrived: { readonly documentId: string; readonly version: number },
): Promise<boolean> {
  const record = await deps.ledger.get(tenant, arrived.documentId);
  if (!record || record.deleting || record.version !== arrived.version) return false;
  if (record.state === 'ready' || record.state === 'failed') return false;
  const { documentId, version, attempts: attempt } = record;
  const ref = { documentId, version, attempt };
  if ((await deps.start(tenant, ref)) === 'started') return true;
  return (await reviveAttempt(deps, tenant, ref)) === 'restarted';
}
