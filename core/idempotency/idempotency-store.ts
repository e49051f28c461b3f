import type { TenantId } from '../tenants/tenant-id.ts';
import type { Claim, KeyedRequest } from './schema.ts';

/**
 * Which requests with a key are under way or were answered, each tenant's in its own partition. A claim is kept for
 * `KEPT_FOR_MS` from its beginning on. Contract suite: `idempotency-store.contract.ts`. Adapters:
 * `idempotency-store.dynamo.ts`, `idempotency-store.memory.ts`.
 */
export interface IdempotencyStore {
  /**
   * Takes the key for this request, if it is free: never used, released, or used too long ago. A claim that is older than
   * `DEAD_AFTER_MS` and was never finished is taken over by the same request, by exactly one of those who try.
   */
  claim(tenant: TenantId, request: KeyedRequest, nowMs: number): Promise<Claim>;
  /**
   * Keeps the answer, as JSON text; `undefined`: there is one, but it is too large to be kept. The same again changes nothing.
   *
   * @returns `lost`: the claim is another's by now, and nothing was kept.
   */
  finish(tenant: TenantId, id: string, owner: string, answer: string | undefined): Promise<'kept' | 'lost'>;
  /** Lets go of an unfinished claim: the key is free. Does nothing to another's claim, or to a finished one. */
  release(tenant: TenantId, id: string, owner: string): Promise<void>;
}
