/** A tenant as operators see it listed. */
export interface ListedTenant {
  /** Nothing has vouched for it: it tells that there is such a tenant, and opens nothing of it. */
  readonly tenantId: string;
  /** ISO 8601, UTC: when its configuration was first written. */
  readonly createdAt?: string;
  readonly configVersion: number;
}

export interface TenantPage {
  /** By id, from a to z. */
  readonly tenants: readonly ListedTenant[];
  /** Where the next page begins; missing on the last one. */
  readonly cursor?: string;
}

/**
 * Which tenants there are: the one thing that is asked across all of them. A tenant that was just made may be missing
 * for a moment, and so may its newest version. Adapters: `tenant-list.dynamo.ts`, `tenant-list.memory.ts`; contract suite
 * `tenant-list.contract.ts`.
 */
export interface TenantList {
  /**
   * @param limit tenants at most; at least one.
   * @throws {BadCursor} when the cursor is not one of this list; nothing is asked for then.
   */
  list(limit: number, cursor?: string): Promise<TenantPage>;
}
