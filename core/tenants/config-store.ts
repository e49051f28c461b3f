import type { StoredConfig, TenantConfig } from './schema.ts';
import type { TenantId } from './tenant-id.ts';

/** Where tenants' configurations live. Contract suite: `config-store.contract.ts`. */
export interface ConfigStore {
  /** The tenant's configuration, or `undefined` when there is no such tenant. */
  get(tenant: TenantId): Promise<StoredConfig | undefined>;
  /**
   * Replaces the configuration and tells admission its new version, both or neither.
   *
   * @returns the stored version, or `undefined` when the tenant does not exist and `mayCreate` is false.
   */
  put(tenant: TenantId, config: TenantConfig, mayCreate: boolean): Promise<StoredConfig | undefined>;
}
