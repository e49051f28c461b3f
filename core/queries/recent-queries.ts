import type { TenantId } from '../tenants/tenant-id.ts';

/** Characters of a question that are kept; what is longer is cut. */
export const maxKeptLength = 2_000;

/** A question that somebody asked, as it is kept: without personal data and secrets, and without who asked. */
export interface KeptQuery {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly messageId: string;
  /** At most `maxKeptLength` characters, masked. */
  readonly query: string;
  /** `NONE` where none was chosen. */
  readonly route: string;
  /** `admitted`, `cancelled`, or the rule that refused: `refusal_rule:0`, … */
  readonly decidedBy: string;
}

export interface FoundQueries {
  /** The newest first. */
  readonly queries: readonly KeptQuery[];
  /** Whether there are older ones that were not read. */
  readonly more: boolean;
}

/**
 * What was asked of late, kept for as long as the tenant says, for trying a configuration on it. Adapters:
 * `recent-queries.dynamo.ts`, `recent-queries.memory.ts`.
 */
export interface RecentQueries {
  /** Keeps a question for so many hours from when it was asked. The same one again changes nothing. */
  keep(tenant: TenantId, query: KeptQuery, keepHours: number): Promise<void>;
  /**
   * The tenant's questions from `fromMs` to `nowMs`, both included, whose time is not over at `nowMs`: the newest
   * `limit` of them.
   */
  since(tenant: TenantId, fromMs: number, nowMs: number, limit: number): Promise<FoundQueries>;
}
