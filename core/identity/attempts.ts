import { addressKey } from './address-key.ts';
import { createAttemptBuckets } from './attempt-buckets.ts';

export interface AttemptsOptions {
  /** Milliseconds. */
  readonly now: () => number;
  /** Failed attempts a minute from one address (of IPv6, one /64). */
  readonly perAddress?: number;
  /** Failed attempts a minute from all addresses of one IPv6 /48; twice `perAddress`, unless said otherwise. */
  readonly perNetwork?: number;
  /** Failed attempts a minute that name one tenant, whether there is such a tenant or not. */
  readonly perTenant?: number;
  readonly maxAddresses?: number;
  readonly maxTenants?: number;
}

export interface AttemptsRefused {
  readonly by: 'address' | 'tenant';
  readonly retryAfterMs: number;
}

/**
 * How often proving who asks may fail, within this process. A caller tells `failed` when a credential was wrong, and asks
 * `refused` before it checks one whose check costs something; attempts under way at the same moment may exceed a
 * limit by their number.
 *
 * A limit could be used up by a stranger who shares an address or names a tenant. So a credential that this process has
 * already found good, or that costs nothing to check, is to be let through without asking here: then only credentials
 * never seen before that cost a read wait.
 */
export interface Attempts {
  /**
   * @param address as the edge knows it for certain, never from a header that anybody can send.
   * @param tenantText the tenant that the credential names, if it names one.
   */
  refused(address: string | undefined, tenantText?: string): AttemptsRefused | undefined;
  /**
   * Counts a failure. An address that is over its limit uses up no tenant's.
   *
   * @returns as `refused`, before this failure.
   */
  failed(address: string | undefined, tenantText?: string): AttemptsRefused | undefined;
  /** How many addresses, networks and tenants are remembered. */
  size(): number;
}

const MINUTE_MS = 60_000;
/** The longest tenant id; what is longer is no tenant, and must not fill the memory. */
const MAX_TENANT_CHARS = 63;

/** A limiter of failed attempts by address and by tenant, in bounded memory (`attempt-buckets.ts` says what is forgotten). */
export function createAttempts(options: AttemptsOptions): Attempts {
  const { now, perAddress = 20, perTenant = 100, maxAddresses = 20_000, maxTenants = 10_000 } = options;
  const { perNetwork = 2 * perAddress } = options;
  const addresses = createAttemptBuckets({
    capacity: perAddress,
    periodMs: MINUTE_MS,
    maxKeys: maxAddresses,
    now,
  });
  const tenants = createAttemptBuckets({
    capacity: perTenant,
    periodMs: MINUTE_MS,
    maxKeys: maxTenants,
    now,
  });
  // One line at home is given 256 of the /64 that count as an address, a site 65,536 (RFC 6177): enough for one person to
  // use up a tenant's limit, and the reads that all tenants' new keys share, many times over.
  const networks = createAttemptBuckets({
    capacity: perNetwork,
    periodMs: MINUTE_MS,
    maxKeys: maxAddresses,
    now,
  });
  const counted = (tenantText: string | undefined): tenantText is string =>
    tenantText !== undefined && tenantText.length <= MAX_TENANT_CHARS;

  function refused(address: string | undefined, tenantText?: string): AttemptsRefused | undefined {
    const key = addressKey(address);
    const network = networkOf(key);
    const byNetworkMs = network === undefined ? 0 : networks.waitMs(network);
    const byAddressMs = Math.max(addresses.waitMs(key), byNetworkMs);
    const byTenantMs = counted(tenantText) ? tenants.waitMs(tenantText) : 0;
    if (byAddressMs === 0 && byTenantMs === 0) return undefined;
    return byAddressMs >= byTenantMs
      ? { by: 'address', retryAfterMs: byAddressMs }
      : { by: 'tenant', retryAfterMs: byTenantMs };
  }

  return {
    refused,
    failed(address, tenantText) {
      const before = refused(address, tenantText);
      const key = addressKey(address);
      const network = networkOf(key);
      addresses.take(key);
      if (network !== undefined) networks.take(network);
      if (!before && counted(tenantText)) tenants.take(tenantText);
      return before;
    },
    size: () => addresses.size() + networks.size() + tenants.size(),
  };
}

/** The /48 that an IPv6 address's key is in; IPv4 addresses are given out one by one. */
const networkOf = (key: string): string | undefined => /^(\w+:\w+:\w+):\w+::\/64$/.exec(key)?.[1];
