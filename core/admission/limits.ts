import type { TenantConfig } from '../tenants/schema.ts';
import type { Limit } from './schema.ts';

/** The request limits of a tenant as buckets. */
export function limitsOf(config: TenantConfig): Limit[] {
  const { rate_limit_per_minute: perMinute, rate_limit_per_hour: perHour } = config;
  return [
    {
      bucket: 'minute',
      capacity: config.burst_per_minute ?? perMinute,
      periodMs: 60_000,
      refill: perMinute,
    },
    { bucket: 'hour', capacity: perHour, periodMs: 3_600_000 },
  ];
}
