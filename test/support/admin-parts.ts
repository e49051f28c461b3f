import { createMemoryBlobStore } from '../../core/documents/blob-store.memory.ts';
import { createMemoryLedger } from '../../core/documents/ledger.memory.ts';
import { compileScreen } from '../../core/guardrails/screen.ts';
import { createMemoryIdempotencyStore } from '../../core/idempotency/idempotency-store.memory.ts';
import { createMemoryApiKeyStore } from '../../core/identity/keys/api-key-store.memory.ts';
import { createMemoryRevocationStore } from '../../core/identity/revocations/revocation-store.memory.ts';
import { createMemoryRecentQueries } from '../../core/queries/recent-queries.memory.ts';
import type { RecentQueries } from '../../core/queries/recent-queries.ts';
import { createMemoryIndexStore } from '../../core/retrieval/index-store.memory.ts';
import type { MemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { createMemoryTenantList } from '../../core/tenants/tenant-list.memory.ts';
import type { AdminDeps } from '../../functions/admin/app.ts';
import { createIdempotency } from '../../functions/http/idempotency.ts';

/** Wraps a part that keeps or asks something, so that a test sees its use. */
export type Watch = <T extends object>(name: string, part: T) => T;

/** Everything that the control plane keeps, in memory, over these configurations and questions; owners may create tenants. */
export function adminParts(
  configs: MemoryConfigStore,
  watch: Watch = (_name, part) => part,
  queries: RecentQueries = createMemoryRecentQueries(),
): Omit<AdminDeps, 'authenticator'> & { readonly queries: RecentQueries } {
  const ledger = createMemoryLedger();
  return {
    ownersCreateTenants: true,
    configs: watch('configs', configs),
    queries: watch('queries', queries),
    compileScreen,
    ledger: watch('ledger', ledger),
    blobs: watch('blobs', createMemoryBlobStore()),
    idempotency: createIdempotency({ store: watch('idempotency', createMemoryIdempotencyStore()) }),
    index: watch('index', createMemoryIndexStore({ ledger })),
    keys: watch('keys', createMemoryApiKeyStore()),
    pepper: Buffer.alloc(32, 7),
    revocations: watch('revocations', createMemoryRevocationStore()),
    tenants: watch('tenants', createMemoryTenantList(configs)),
    now: Date.now,
  };
}
