import type { TenantId } from '../tenants/tenant-id.ts';

/**
 * Wishes that an answer be ended, kept for some minutes. A wish belongs to whoever has it: nobody can have it for
 * another, nor take it back. Adapters: `cancellations.dynamo.ts`, `cancellations.memory.ts`.
 */
export interface Cancellations {
  /** @param asker whoever wants it, as the authenticator knows them. */
  ask(tenant: TenantId, messageId: string, asker: string, nowMs: number): Promise<void>;
  /** Whether this asker has this wish, as soon as it was kept. */
  isAsked(tenant: TenantId, messageId: string, asker: string): Promise<boolean>;
}
