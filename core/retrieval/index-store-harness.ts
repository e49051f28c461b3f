import type { TenantId } from '../tenants/tenant-id.ts';
import type { IndexStore } from './index-store.ts';

/** What the suite needs around the store: tenants nobody else uses, and the ledger items that a publish changes. */
export interface IndexStoreHarness {
  readonly store: IndexStore;
  newTenant(): TenantId;
  putDocument(tenant: TenantId, document: LedgerState): Promise<void>;
  getDocument(tenant: TenantId, documentId: string): Promise<Record<string, unknown> | undefined>;
  /** @returns puts the tenant's pointer back to what it is now, as a restored table does */
  savePointer(tenant: TenantId): Promise<() => Promise<void>>;
  /** Runs something once between the next swap's look at the pointer and its move; where a swap takes time at all. */
  onceInSwap?(run: () => Promise<void>): void;
  /** Runs something once just before the next transaction, after all that it rests on was read. */
  onceInTransaction?(run: () => Promise<void>): void;
}

export interface LedgerState {
  readonly document_id: string;
  readonly version: number;
  readonly state?: string;
  readonly reason?: string;
  readonly deleting?: boolean;
  readonly groups?: readonly string[];
}
