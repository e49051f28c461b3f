import type { TenantId } from '../../core/tenants/tenant-id.ts';

/** One line of the log; it becomes one line of JSON. */
export type Log = (
  line: { readonly level: 'info' | 'error'; readonly message: string } & Record<string, unknown>,
) => void;

export const logToStdout: Log = (line) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
};

/**
 * The members that make a line a metric by CloudWatch's embedded metric format: a chunk of another tenant was found
 * in a tenant's index and held back.
 */
export function foreignChunkMetric(tenant: TenantId, nowMs: number): Record<string, unknown> {
  return {
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: 'Atrium',
          Dimensions: [['tenant_id']],
          Metrics: [{ Name: 'ForeignChunkHeldBack', Unit: 'Count' }],
        },
      ],
    },
    tenant_id: tenant,
    ForeignChunkHeldBack: 1,
  };
}
