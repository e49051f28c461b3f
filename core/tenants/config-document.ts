import { Problem } from '../problems/problem.ts';
import { type TenantConfig, tenantConfigSchema } from './schema.ts';
import type { TenantId } from './tenant-id.ts';

/** An item of the table takes 400 KB, attribute names included; this leaves room for them. */
export const maxConfigBytes = 350_000;

/**
 * The configuration as it is stored: checked, with defaults filled in and nothing undefined in it.
 *
 * @throws {TypeError} when it is another tenant's: the edge compares path, body and credential before.
 * @throws {Problem} `too-large` when it is over `maxConfigBytes` as JSON.
 */
export function toStoredDocument(tenant: TenantId, config: TenantConfig): TenantConfig {
  if (config.tenant_id !== tenant)
    throw new TypeError(`a configuration of ${config.tenant_id} given for ${tenant}`);
  const json = JSON.stringify(tenantConfigSchema.parse(config));
  if (Buffer.byteLength(json) > maxConfigBytes) {
    throw new Problem('too-large', `A configuration may have at most ${maxConfigBytes} bytes`);
  }
  return JSON.parse(json);
}

/**
 * Reads a stored configuration back, from JSON as text or from what that says. Fields added since it was written get
 * their defaults.
 *
 * @throws {Error} when what is stored is not this tenant's configuration; nothing of it is used.
 */
export function fromStoredDocument(tenant: TenantId, document: unknown): TenantConfig {
  const unreadable = (cause: unknown) =>
    new Error(`the stored configuration of ${tenant} cannot be read`, { cause });
  let value = document;
  try {
    if (typeof document === 'string') value = JSON.parse(document);
  } catch (cause) {
    throw unreadable(cause);
  }
  const parsed = tenantConfigSchema.safeParse(value);
  if (!parsed.success) throw unreadable(parsed.error);
  if (parsed.data.tenant_id !== tenant)
    throw new Error(`the stored configuration of ${tenant} names another tenant`);
  return parsed.data;
}
