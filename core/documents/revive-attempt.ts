import type { TenantId } from '../tenants/tenant-id.ts';
import type { AttemptRef } from './document.ts';
import type { IngestDeps } from './ingest/attempt.ts';
import { failDocument } from './ingest/fail-document.ts';

/** Attempts at one version, the ones that people asked for included, before the service gives up by itself. */
export const maxAttempts = 5;
/** Others may change the record between reading and writing; each time it is read again. */
const maxTries = 4;

/**
 * Starts the work on an attempt: `started` also when it is under way already; `ended` when its work ran before and
 * is over, however it ended, so that it cannot run again.
 */
export type StartAttempt = (tenant: TenantId, ref: AttemptRef) => Promise<'started' | 'ended'>;

/** `restarted` when a next attempt is on its way, `failed` when there were enough, `over` when nothing was to do. */
export type Revival = 'restarted' | 'failed' | 'over';

/**
 * Goes on after an attempt whose work ended without a word: where the document still waits for it, the next attempt
 * is started. Safe to repeat and to overlap: the ledger's conditions let one caller restart, and starting an attempt
 * twice is starting it once.
 */
export async function reviveAttempt(
  deps: IngestDeps & { readonly start: StartAttempt },
  tenant: TenantId,
  ended: AttemptRef,
): Promise<Revival> {
  for (let tries = 0; tries < maxTries; tries++) {
    const record = await deps.ledger.get(tenant, ended.documentId);
    if (!record || record.deleting || record.version !== ended.version) return 'over';
    if (record.state === 'ready' || record.state === 'failed') return 'over';
    // Restarted just now, or by a caller that was killed before it could start the attempt.
    if (record.state === 'queued' && record.attempts === ended.attempt + 1) {
      await deps.start(tenant, { ...ended, attempt: record.attempts });
      return 'restarted';
    }
    if (record.attempts !== ended.attempt) return 'over';
    if (record.attempts >= maxAttempts) {
      await failDocument(deps, tenant, ended, 'AttemptEnded', undefined);
      return 'failed';
    }
    await deps.ledger.restart(tenant, record);
  }
  return 'over';
}
