import type { TenantId } from '../tenants/tenant-id.ts';
import type { OrchestrateRequest, OrchestratorEvent } from './schema.ts';

/**
 * Answers one admitted question. The events end with `done` or `error`.
 *
 * `admitted` lets retrieval start before admission is decided: nothing is generated or yielded until it resolves to
 * true, and when it resolves to false the work is thrown away and no event is yielded.
 */
export interface Orchestrator {
  run(
    tenant: TenantId,
    request: OrchestrateRequest,
    admitted: Promise<boolean>,
    signal: AbortSignal,
  ): AsyncIterable<OrchestratorEvent>;
}

/** The orchestrator cannot be reached or broke off. */
export class OrchestratorUnavailable extends Error {
  override readonly name = 'OrchestratorUnavailable';
}
