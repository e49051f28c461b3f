import type { TenantConfig } from '../tenants/schema.ts';

/** A question without personal data and secrets, whatever the tenant lets pass in answers. */
export function redactQuery(_query: string, { tenant_id }: TenantConfig): string {
  throw new Error(`there is nothing yet to mask questions of ${tenant_id} with`);
}
