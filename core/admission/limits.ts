import type { TenantConfig } from '../tenants/schema.ts';
import type { Limit } from './schema.ts';

/** The request limits of a tenant as buckets. */
export function limitsOf(config: TenantConfig): Limit[] {
  return [
    { bucket: 'minute', capacity: config.rate_limit_per_minute, periodMs: 60_000 },
    { bucket: 'hour', capacity: config.rate_limit_per_hour, periodMs: 3_600_000 },
  ];
}
