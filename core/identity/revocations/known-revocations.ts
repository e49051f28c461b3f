import { LRUCache } from 'lru-cache';
import type { TenantId } from '../../tenants/tenant-id.ts';
import type { RevocationStore } from './revocation-store.ts';
import { nothingRevoked, type Revocations } from './revocations.ts';

export interface KnownRevocationsOptions {
  readonly store: Pick<RevocationStore, 'get'>;
  /** Tenants that are remembered. */
  readonly maxTenants?: number;
  /** Entries of tokens that are remembered, over all tenants. */
  readonly maxTokens?: number;
}

/** What this process knows of what tenants have taken back. */
export interface KnownRevocations {
  /** What was read last, however long ago; asks nobody. */
  known(tenant: TenantId): Revocations | undefined;
  /**
   * What was taken back by the time that admission reported this `auth_epoch`, or later. Asks the store only when the
   * epoch is news to this process, once for all who wait; epoch 0 means that nothing was ever taken back.
   *
   * @throws what the store throws: nothing is known then.
   */
  at(tenant: TenantId, authEpoch: number): Promise<Revocations>;
  /**
   * What is taken back at the moment of the call: a read that begins no sooner, one for all who wait for it.
   *
   * @throws as `at`.
   */
  now(tenant: TenantId): Promise<Revocations>;
}

interface Entry {
  readonly revocations: Revocations;
  /** Reported before the read began, so everything up to it is in there. */
  readonly epoch: number;
  /** Reads are numbered as they begin: a later one knows all that an earlier one knew. */
  readonly number: number;
}

interface Read {
  readonly epoch: number;
  readonly done: Promise<Revocations>;
}

/** Keeps in bounded memory what was read of a store; a tenant that is forgotten is read again. */
export function createKnownRevocations(options: KnownRevocationsOptions): KnownRevocations {
  const { store, maxTenants = 5_000, maxTokens = 100_000 } = options;
  const entries = new LRUCache<TenantId, Entry>({
    max: maxTenants,
    maxSize: maxTenants + maxTokens,
    sizeCalculation: ({ revocations }) => 1 + revocations.tokens.length,
  });
  /** By tenant the read under way for the newest epoch. */
  const forEpoch = new Map<TenantId, Read>();
  /** By tenant the read under way for `now`, and the one that begins when it ends. */
  const running = new Map<TenantId, Promise<Revocations>>();
  const queued = new Map<TenantId, Promise<Revocations>>();
  let reads = 0;

  async function read(tenant: TenantId, epoch: number): Promise<Revocations> {
    const number = ++reads;
    const revocations = await store.get(tenant);
    // Reads may end in another order than they began. The later one to begin has what the other one has.
    const held = entries.get(tenant);
    const newest = held && held.number > number ? held : { revocations, number };
    entries.set(tenant, {
      revocations: newest.revocations,
      number: newest.number,
      epoch: Math.max(epoch, held?.epoch ?? 0),
    });
    return newest.revocations;
  }

  function readFor(tenant: TenantId, epoch: number): Promise<Revocations> {
    const done = read(tenant, epoch).finally(() => {
      if (forEpoch.get(tenant)?.done === done) forEpoch.delete(tenant);
    });
    forEpoch.set(tenant, { epoch, done });
    return done;
  }

  function readNow(tenant: TenantId): Promise<Revocations> {
    const done = read(tenant, 0).finally(() => running.delete(tenant));
    running.set(tenant, done);
    return done;
  }

  return {
    known: (tenant) => entries.get(tenant)?.revocations,
    async at(tenant, authEpoch) {
      const held = entries.get(tenant);
      if (held && held.epoch >= authEpoch) return held.revocations;
      if (authEpoch === 0) return nothingRevoked;
      // One that began for an older epoch may have missed what this one reports.
      const underWay = forEpoch.get(tenant);
      return underWay && underWay.epoch >= authEpoch ? underWay.done : readFor(tenant, authEpoch);
    },
    async now(tenant) {
      const waiting = queued.get(tenant);
      if (waiting) return waiting;
      const before = running.get(tenant);
      if (!before) return readNow(tenant);
      const begin = () => {
        queued.delete(tenant);
        return readNow(tenant);
      };
      const next = before.then(begin, begin);
      queued.set(tenant, next);
      return next;
    },
  };
}
