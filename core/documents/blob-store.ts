import type { TenantId } from '../tenants/tenant-id.ts';

/** An object as stored. `metadata` keys are lower case, values ASCII. */
export interface Blob {
  readonly bytes: Uint8Array;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The documents bucket. Keys come from `keys.ts` alone, which makes them from a vouched tenant; every method takes the
 * tenant as well and throws a `TypeError` for a key or prefix that is not under that tenant's. Adapters:
 * `blob-store.s3.ts`, `blob-store.memory.ts`; contract suite `blob-store.contract.ts`.
 */
export interface BlobStore {
  /** Writes an object whole; readers see the old one or the new one. */
  put(
    tenant: TenantId,
    key: string,
    bytes: Uint8Array,
    about?: { readonly contentType?: string; readonly metadata?: Readonly<Record<string, string>> },
  ): Promise<void>;
  /** An object, or `undefined` when there is none. */
  get(tenant: TenantId, key: string): Promise<Blob | undefined>;
  /** The keys that begin with a prefix, at most 10,000 of them, in order. */
  list(tenant: TenantId, prefix: string): Promise<string[]>;
  /** Removes every object whose key begins with a prefix. Safe to repeat. */
  deletePrefix(tenant: TenantId, prefix: string): Promise<void>;
}

export const maxListedKeys = 10_000;
