import type { TenantId } from './tenant-id.ts';

/**
 * Keys of the one table. Every item of a tenant has the tenant in its partition key, so that IAM can fence it
 * (`dynamodb:LeadingKeys`).
 */
const pk = (tenant: TenantId) => `TENANT#${tenant}`;

export const itemKeys = {
  config: (tenant: TenantId) => ({ pk: pk(tenant), sk: 'CONFIG' }),
  admission: (tenant: TenantId) => ({ pk: pk(tenant), sk: 'ADMISSION' }),
  index: (tenant: TenantId) => ({ pk: pk(tenant), sk: 'INDEX' }),
  document: (tenant: TenantId, documentId: string) => ({ pk: pk(tenant), sk: `DOC#${documentId}` }),
  /** Which document a tenant already uploaded with this content; keeps the same content from being read twice. */
  content: (tenant: TenantId, sha256: string) => ({ pk: pk(tenant), sk: `CONTENT#${sha256}` }),
  documentPrefix: 'DOC#',
  apiKey: (tenant: TenantId, keyId: string) => ({ pk: pk(tenant), sk: `KEY#${keyId}` }),
  apiKeyPrefix: 'KEY#',
  /** Which keys of a tenant are live: what bounds their number. */
  apiKeyRoster: (tenant: TenantId) => ({ pk: pk(tenant), sk: 'KEYS' }),
  /** Which tokens of the tenant were taken back. */
  revocations: (tenant: TenantId) => ({ pk: pk(tenant), sk: 'AUTH' }),
  /** A request that its caller gave a key, by the hash of both. */
  idempotency: (tenant: TenantId, id: string) => ({ pk: pk(tenant), sk: `IDEMPOTENCY#${id}` }),
  /** That somebody wants an answer to be ended; `asker` is a hash. */
  cancellation: (tenant: TenantId, messageId: string, asker: string) => ({
    pk: pk(tenant),
    sk: `CANCEL#${messageId}#${asker}`,
  }),
  /** A question that is kept for a while; in the order in which they were asked. `atMs`: from 1970 to the year 33658. */
  query: (tenant: TenantId, atMs: number, messageId: string) => ({
    pk: pk(tenant),
    sk: `QUERY#${String(atMs).padStart(15, '0')}#${messageId}`,
  }),
  /** What the tenant's settled requests of a UTC day came to, `YYYY-MM-DD`. */
  usage: (tenant: TenantId, day: string) => ({ pk: pk(tenant), sk: `USAGE#${day}` }),
  partition: pk,
};
