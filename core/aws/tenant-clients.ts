import { LRUCache } from 'lru-cache';
import type { AwsCredentialsProvider, TenantCredentials } from '../tenants/tenant-credentials.ts';
import type { TenantId } from '../tenants/tenant-id.ts';

interface Client {
  /** What the client sends its requests through: a pool of connections, with their TLS sessions. */
  readonly config: { readonly requestHandler: object };
}
type HandlerOf<C extends Client> = C['config']['requestHandler'];

export interface TenantClientsOptions<C extends Client> {
  readonly credentials: TenantCredentials;
  /** Without an argument: a client with the process's own credentials and a request handler of its own. */
  readonly make: (own?: {
    readonly credentials: AwsCredentialsProvider;
    readonly requestHandler: HandlerOf<C>;
  }) => C;
  readonly maxTenants?: number;
}

/**
 * The client of a tenant. Where all tenants are reached with the process's own credentials it is one client; otherwise
 * each tenant has its own, made with that tenant's provider, so no request can be signed for another. Their connections
 * are shared: a request's signature says who asks, a connection says nothing. The least recently used client is let go,
 * not destroyed, since a request of its tenant may be under way.
 */
export function createTenantClients<C extends Client>(
  options: TenantClientsOptions<C>,
): (tenant: TenantId) => C {
  const { credentials, make, maxTenants = 500 } = options;
  const common = make();
  const requestHandler = lent<HandlerOf<C>>(common.config.requestHandler);
  const clients = new LRUCache<TenantId, C>({ max: maxTenants });

  return (tenant) => {
    const known = clients.get(tenant);
    if (known) return known;
    const provider = credentials.of(tenant);
    if (!provider) return common;
    const made = make({ credentials: provider, requestHandler });
    clients.set(tenant, made);
    return made;
  };
}

/** The same handler for somebody who must neither end nor change it: `destroy` of a client destroys its handler. */
function lent<H extends object>(handler: H): H {
  return new Proxy(handler, {
    get(target, name) {
      if (name === 'destroy' || name === 'updateHttpClientConfig') return () => undefined;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
