import type { TenantId } from '../tenants/tenant-id.ts';
import { keys } from './keys.ts';

/**
 * Lets a key or a prefix through that lies under the tenant's own, the second fence beside the session's policy.
 *
 * @throws {TypeError} for any other: whoever made it mixed up two tenants.
 */
export function ownKey(tenant: TenantId, key: string): string {
  if (!isOwnKey(tenant, key)) throw new TypeError(`a key that is not of tenant ${tenant}`);
  return key;
}

/** Also refuses `..` as a part: S3 reads it as a name, but what stands in between might not. */
export function isOwnKey(tenant: TenantId, key: string): boolean {
  return key.startsWith(keys.tenant(tenant)) && !key.split('/').includes('..');
}
