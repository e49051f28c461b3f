import { createHash } from 'node:crypto';
import type { AttemptRef } from '../../core/documents/document.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';

/**
 * The name of an attempt's execution: the same attempt always has the same name, so it is started once. Names have
 * 80 characters at most and stay taken for 90 days (StartExecution, AWS Step Functions API reference).
 */
export function executionName(tenant: TenantId, { documentId, version, attempt }: AttemptRef): string {
  const hash = createHash('sha256').update(`${tenant}/${documentId}/${version}/${attempt}`).digest('hex');
  return `${documentId}-v${version}-a${attempt}-${hash.slice(0, 16)}`;
}
