import type { Limit } from '../../core/admission/schema.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';

/** Where a process that asks sends its writes, and how long it waits for an answer. */
export interface AskerSettings {
  readonly endpoint: string;
  readonly tableName: string;
  readonly requestTimeoutMs: number;
  /** How long writes that certainly did not happen are repeated. */
  readonly deadlineMs: number;
}

/** Requests that one process makes at once. */
export interface Asking {
  readonly tenant: TenantId;
  readonly limits: readonly Limit[];
  readonly nowMs: number;
  readonly count: number;
}

/** What the callers were told. */
export interface Told {
  readonly admitted: number;
  readonly refused: number;
  readonly unsure: number;
}

/** One answer to a message of the bench; `error` when something happened that no caller should see. */
export type AskerAnswer = { readonly told: Told } | { readonly error: string };
