import { randomUUID } from 'node:crypto';
import type { TenantId } from '../tenants/tenant-id.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import { DEAD_AFTER_MS, KEPT_FOR_MS } from './schema.ts';

interface Held {
  readonly fingerprint: string;
  readonly owner: string;
  readonly begunMs: number;
  readonly done?: { readonly answer: string | undefined };
}

/** Keyed requests within one process: for tests and tools. What is over is forgotten when its key comes again. */
export function createMemoryIdempotencyStore(): IdempotencyStore {
  const held = new Map<TenantId, Map<string, Held>>();
  const of = (tenant: TenantId) => {
    const own = held.get(tenant) ?? new Map<string, Held>();
    held.set(tenant, own);
    return own;
  };

  return {
    async claim(tenant, { id, fingerprint }, nowMs) {
      const found = of(tenant).get(id);
      if (found && nowMs - found.begunMs < KEPT_FOR_MS) {
        if (found.fingerprint !== fingerprint) return { state: 'mismatch' };
        if (found.done) return { state: 'done', answer: found.done.answer };
        if (nowMs - found.begunMs < DEAD_AFTER_MS) return { state: 'running' };
      }
      const owner = randomUUID();
      of(tenant).set(id, { fingerprint, owner, begunMs: nowMs });
      return { state: 'claimed', owner };
    },
    async finish(tenant, id, owner, answer) {
      const found = of(tenant).get(id);
      if (found?.owner !== owner) return 'lost';
      of(tenant).set(id, { ...found, done: { answer } });
      return 'kept';
    },
    async release(tenant, id, owner) {
      const found = of(tenant).get(id);
      if (found?.owner === owner && !found.done) of(tenant).delete(id);
    },
  };
}
