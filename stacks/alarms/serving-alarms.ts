import { type FunctionResource, functions } from '../resources.ts';
import {
  type AlarmDefinition,
  fiveMinutes,
  type Metric,
  ofEnough,
  share,
  type Watched,
} from './alarm-definition.ts';
import { type FleetMetricName, fleetMetrics, fleetNamespace } from './fleet-metrics.ts';

/** What the people who use the product notice at once. */
export const servingAlarms = <Value>(of: Watched<Value>): readonly AlarmDefinition<Value>[] => [
  ...chatAlarms(of),
  ...functionAlarms(of),
  ...frontAlarms(of),
];

const fleet = (name: FleetMetricName, statistic: string): Metric<never> => ({
  namespace: fleetNamespace,
  name: fleetMetrics[name].name,
  dimensions: {},
  statistic,
});

function chatAlarms<Value>({ physical, chatConcurrency }: Watched<Value>): AlarmDefinition<Value>[] {
  const lambda = (name: string, statistic: string): Metric<Value> => ({
    namespace: 'AWS/Lambda',
    name,
    dimensions: { FunctionName: physical('chat') },
    statistic,
  });
  return [
    {
      ...fiveMinutes,
      name: 'chat-failures',
      means:
        'More than 5 % of chat requests of all tenants end in an error, also in the midst of a stream. First look: lines ' +
        'with status >= 500 in the log group multi-tenant-chatbot, and whether they are of one tenant, one route, or all.',
      measure: share(fleet('failures', 'Sum'), fleet('requests', 'Sum')),
      threshold: 5,
    },
    {
      ...fiveMinutes,
      name: 'chat-degraded',
      means:
        'More than 20 % of answers are degraded: the engine does not answer, and quotations stand in for it. First look: ' +
        'the pods of the engine, and the GPU nodes that they wait for.',
      measure: share(fleet('degraded', 'Sum'), fleet('requests', 'Sum')),
      threshold: 20,
    },
    {
      ...fiveMinutes,
      name: 'chat-first-token',
      means:
        'One in twenty answers takes more than 5 s to begin. First look: requests waiting in the engine, then the RAG ' +
        "service's pods, then cold starts of the chat function.",
      measure: ofEnough(fleet('firstToken', 'p95')),
      threshold: 5_000,
      periods: [3, 3],
    },
    {
      ...fiveMinutes,
      name: 'chat-latency',
      means:
        'One in twenty answers takes more than 30 s from end to end. First look: whether answers have become longer ' +
        '(TokenUsage) or the engine slower.',
      measure: ofEnough(fleet('latency', 'p95')),
      threshold: 30_000,
      periods: [3, 3],
    },
    {
      ...fiveMinutes,
      name: 'chat-throttles',
      means:
        'Chat requests are turned away because as many run as this stage allows. First look: whether one tenant sends ' +
        'them, then chatConcurrency in stacks/settings.ts.',
      measure: lambda('Throttles', 'Sum'),
      threshold: 0,
    },
    {
      ...fiveMinutes,
      name: 'chat-concurrency',
      means:
        'Four fifths of the chat requests that may run at once do. Soon some will be turned away. First look: whether ' +
        'answers have become slower, then chatConcurrency in stacks/settings.ts.',
      measure: lambda('ConcurrentExecutions', 'Maximum'),
      threshold: Math.floor(chatConcurrency * 0.8),
    },
  ];
}

/** Functions that no state machine runs: nobody else notices when these fail. */
function functionAlarms<Value>({ physical, streamingApi }: Watched<Value>): AlarmDefinition<Value>[] {
  const all = Object.entries<Omit<FunctionResource, 'env' | 'grants'>>(functions);
  return all.flatMap(([name, { url, queue, schedule }]): AlarmDefinition<Value>[] => {
    const lambda = (metric: string): Metric<Value> => ({
      namespace: 'AWS/Lambda',
      name: metric,
      dimensions: { FunctionName: physical(name) },
      statistic: 'Sum',
    });
    if (queue || schedule) {
      return [
        {
          ...fiveMinutes,
          name: `${name}-errors`,
          means: `The function ${name} fails again and again, and what it looks after waits. First look: its log.`,
          measure: lambda('Errors'),
          threshold: 0,
        },
      ];
    }
    if (!url) return [];
    const api = (metric: string): Metric<Value> => ({
      namespace: 'AWS/ApiGateway',
      name: metric,
      dimensions: { ApiName: streamingApi ?? '' },
      statistic: 'Sum',
    });
    const behindApi = url === 'streaming' && streamingApi !== undefined;
    return [
      {
        ...fiveMinutes,
        name: `${name}-crashes`,
        means:
          `More than 1 % of the runs of the function ${name} crash or run out of time. First look: the ends of its ` +
          'log, for "Task timed out" and for what it says before it stops.',
        measure: share(lambda('Errors'), lambda('Invocations')),
        threshold: 1,
      },
      {
        ...fiveMinutes,
        name: `${name}-server-errors`,
        means:
          `More than 5 % of the requests to the function ${name} are answered with a status of 500 and above. First ` +
          'look: its log, then the tables and services that it needs.',
        measure: behindApi
          ? share(api('5XXError'), api('Count'))
          : share(lambda('Url5xxCount'), lambda('UrlRequestCount')),
        threshold: 5,
      },
    ];
  });
}

function frontAlarms<Value>({ distributionId }: Watched<Value>): AlarmDefinition<Value>[] {
  if (distributionId === undefined) return [];
  return [
    {
      ...fiveMinutes,
      name: 'front-errors',
      means:
        'More than 5 % of what the front answers is a status of 500 and above, its own 502 and 504 among them. First ' +
        'look: chat-server-errors and admin-server-errors; if those are quiet, functions cannot be reached or are too slow.',
      measure: {
        namespace: 'AWS/CloudFront',
        name: '5xxErrorRate',
        dimensions: { DistributionId: distributionId, Region: 'Global' },
        statistic: 'Average',
      },
      threshold: 5,
      atEdge: true,
    },
  ];
}
