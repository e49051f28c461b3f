import type { TenantId } from '../tenants/tenant-id.ts';
import { segmentIdPrefix } from './segment-id.ts';

/**
 * Where a tenant's objects lie in the documents bucket. Everything of a tenant is under one prefix, so that a
 * policy can fence it. `original` is the one suffix that starts ingestion.
 */
export const keys = {
  tenant: (tenant: TenantId) => `tenants/${tenant}/`,
  document: (tenant: TenantId, documentId: string) => `${keys.tenant(tenant)}documents/${documentId}/`,
  version: (tenant: TenantId, documentId: string, version: number) =>
    `${keys.document(tenant, documentId)}v${version}/`,
  /** The file as uploaded; content type and `x-amz-meta-filename` (URI-encoded) are on the object. */
  original: (tenant: TenantId, documentId: string, version: number) =>
    `${keys.version(tenant, documentId, version)}original`,
  /** The document's text, UTF-8; citations' offsets count its code points. */
  text: (tenant: TenantId, documentId: string, version: number) =>
    `${keys.version(tenant, documentId, version)}text.txt`,
  /** What one ingestion task leaves for the next. */
  work: (tenant: TenantId, documentId: string, version: number, name: string) =>
    `${keys.version(tenant, documentId, version)}work/${name}`,
  /** The same, of one attempt at ingesting the version. */
  attemptWork: (tenant: TenantId, documentId: string, version: number, attempt: number, name: string) =>
    keys.work(tenant, documentId, version, `a${attempt}/${name}`),
  segment: (tenant: TenantId, segmentId: string, name: string) =>
    `${keys.tenant(tenant)}segments/${segmentId}/${name}`,
  /** The segments that ingestion built for one document (`segment-id.ts`). */
  segmentsOf: (tenant: TenantId, documentId: string) =>
    `${keys.tenant(tenant)}segments/${segmentIdPrefix(documentId)}`,
  manifest: (tenant: TenantId, revision: number, id: string) =>
    `${keys.tenant(tenant)}manifests/${String(revision).padStart(10, '0')}-${id}.json`,
};

const originalKey =
  /^tenants\/([a-z0-9][a-z0-9-]{0,62})\/documents\/(doc_[0-9a-z]{26})\/v([1-9][0-9]{0,8})\/original$/;

/** Reads an `original` key back; `undefined` for any other key. The tenant is plain text until vouched for. */
export function parseOriginalKey(
  key: string,
): { tenant: string; documentId: string; version: number } | undefined {
  const match = originalKey.exec(key);
  if (!match?.[1] || !match[2] || !match[3]) return undefined;
  return { tenant: match[1], documentId: match[2], version: Number(match[3]) };
}
