import type { Budgets, Limit, Used, Wish } from '../../core/admission/schema.ts';
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
  /** What each of them reserves; their names begin with `wish.id`. */
  readonly budget?: { readonly budgets: Budgets; readonly wish: Wish };
}

/** What the callers were told. */
export interface Told {
  readonly admitted: number;
  readonly refused: number;
  readonly unsure: number;
}

/** All that the process was admitted for is settled at once, each with the same use. */
export interface Settling {
  readonly tenant: TenantId;
  readonly used: Used;
  readonly nowMs: number;
}

/** How many settlements got through, and of how many nobody knows. */
export interface Settled {
  readonly settled: number;
  readonly unsure: number;
}

export type Order = ({ readonly kind: 'ask' } & Asking) | ({ readonly kind: 'settle' } & Settling);

/** The answer to an order; `error` when something happened that no caller should see. */
export type AskerAnswer = { readonly done: Told | Settled } | { readonly error: string };
