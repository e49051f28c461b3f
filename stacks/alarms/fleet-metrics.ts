/**
 * Figures of all tenants together. The metrics that requests carry are by tenant and route, which an alarm cannot add up;
 * these are counted from the same lines of the log, and have no dimension.
 */
export interface FleetMetric {
  /** In the namespace `Atrium`. */
  readonly name: string;
  /** Which lines count. */
  readonly pattern: string;
  /** What each of them adds: a number, or a field of the line. */
  readonly value: string;
  readonly unit: 'Count' | 'Milliseconds';
}

export const fleetNamespace = 'Atrium';

export const fleetMetrics = {
  requests: { name: 'RequestCount', pattern: '{ $.latency_ms >= 0 }', value: '1', unit: 'Count' },
  failures: { name: 'FailedRequestCount', pattern: '{ $.status >= 500 }', value: '1', unit: 'Count' },
  degraded: { name: 'DegradedCount', pattern: '{ $.degraded IS TRUE }', value: '1', unit: 'Count' },
  latency: {
    name: 'RequestLatency',
    pattern: '{ $.latency_ms >= 0 }',
    value: '$.latency_ms',
    unit: 'Milliseconds',
  },
  firstToken: {
    name: 'FirstTokenLatency',
    pattern: '{ $.first_token_ms >= 0 }',
    value: '$.first_token_ms',
    unit: 'Milliseconds',
  },
} as const satisfies Record<string, FleetMetric>;
export type FleetMetricName = keyof typeof fleetMetrics;
