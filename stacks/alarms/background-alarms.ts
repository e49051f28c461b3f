import { type QueueResource, queues, stateMachines, tables } from '../resources.ts';
import { type AlarmDefinition, fiveMinutes, type Metric, type Watched } from './alarm-definition.ts';

/** What stands behind: documents on their way, the tables, the cluster. */
export const backgroundAlarms = <Value>(of: Watched<Value>): readonly AlarmDefinition<Value>[] => [
  ...ingestionAlarms(of),
  ...tableAlarms(of),
  ...clusterAlarms(of),
];

/** Unlike `+`, it takes what is there where one of them has no data. */
const sum = (ids: readonly string[]) => `SUM([${ids.join(', ')}])`;

function ingestionAlarms<Value>({ physical, stateMachineArn }: Watched<Value>): AlarmDefinition<Value>[] {
  const queue = (name: string, metric: string): Metric<Value> => ({
    namespace: 'AWS/SQS',
    name: metric,
    dimensions: { QueueName: physical(name) },
    statistic: 'Maximum',
  });
  const ofQueues = Object.entries<QueueResource>(queues).flatMap(
    ([name, { visibilityTimeoutS, deadLetter }]): AlarmDefinition<Value>[] =>
      deadLetter
        ? [
            {
              ...fiveMinutes,
              name: `${name}-age`,
              means:
                `A message has been in the queue ${name} for longer than all its tries take: nobody fetches it, or too ` +
                'few do. First look: the function that reads the queue, its errors and its throttles.',
              measure: queue(name, 'ApproximateAgeOfOldestMessage'),
              threshold: visibilityTimeoutS * deadLetter.maxReceives,
            },
            {
              ...fiveMinutes,
              name: `${deadLetter.queue}-filled`,
              means:
                `A message could not be handled and lies in ${deadLetter.queue}: an uploaded document is not searchable ` +
                'and its tenant sees it waiting. First look: the message, then the log of the function that reads ' +
                `${name}; once mended, redrive it.`,
              measure: queue(deadLetter.queue, 'ApproximateNumberOfMessagesVisible'),
              threshold: 0,
              periods: [1, 1],
            },
          ]
        : [],
  );
  const ofStateMachines = Object.keys(stateMachines).map((name): AlarmDefinition<Value> => {
    const executions = (metric: string): Metric<Value> => ({
      namespace: 'AWS/States',
      name: metric,
      dimensions: { StateMachineArn: stateMachineArn(name) },
      statistic: 'Sum',
    });
    return {
      ...fiveMinutes,
      name: `${name}-executions`,
      means:
        `An execution of ${name} failed, ran out of time or was stopped. A document that cannot be read does not count: ` +
        'this is a fault of ours. First look: the failed execution in the console of Step Functions.',
      measure: {
        expression: sum(['failed', 'late', 'stopped']),
        of: {
          failed: executions('ExecutionsFailed'),
          late: executions('ExecutionsTimedOut'),
          stopped: executions('ExecutionsAborted'),
        },
      },
      threshold: 0,
      periods: [1, 1],
    };
  });
  return [...ofQueues, ...ofStateMachines];
}

/** DynamoDB counts its own faults by operation only. */
const operations = [
  'GetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'TransactGetItems',
  'TransactWriteItems',
] as const;

function tableAlarms<Value>({ physical }: Watched<Value>): AlarmDefinition<Value>[] {
  return Object.keys(tables).flatMap((name): AlarmDefinition<Value>[] => {
    const table = (metric: string, more: Record<string, string> = {}): Metric<Value> => ({
      namespace: 'AWS/DynamoDB',
      name: metric,
      dimensions: { TableName: physical(name), ...more },
      statistic: 'Sum',
    });
    const faults = operations.map(
      (operation, index) => [`m${index}`, table('SystemErrors', { Operation: operation })] as const,
    );
    return [
      {
        ...fiveMinutes,
        name: `${name}-throttles`,
        means:
          `The table ${name} turns requests away; chat fails closed, with 503. First look: whether one tenant's ` +
          'partition takes them all (a partition gives 1,000 writes a second), then the limits of the account.',
        measure: {
          expression: sum(['reads', 'writes']),
          of: { reads: table('ReadThrottleEvents'), writes: table('WriteThrottleEvents') },
        },
        threshold: 10,
      },
      {
        ...fiveMinutes,
        name: `${name}-faults`,
        means: `DynamoDB fails in the table ${name}. First look: the AWS Health Dashboard; there is nothing to mend here.`,
        measure: {
          expression: sum(faults.map(([id]) => id)),
          of: Object.fromEntries(faults),
        },
        threshold: 5,
      },
    ];
  });
}

function clusterAlarms<Value>({ loadBalancer, deployProject }: Watched<Value>): AlarmDefinition<Value>[] {
  const targets = Object.entries(loadBalancer?.targetGroups ?? {}).map(
    ([name, TargetGroup]): AlarmDefinition<Value> => ({
      name: `${name}-unreachable`,
      means:
        `No healthy node answers for the service ${name} behind the internal load balancer. First look: its pods, and ` +
        'whether the last deployment to the cluster came to an end.',
      measure: {
        namespace: 'AWS/NetworkELB',
        name: 'HealthyHostCount',
        dimensions: { TargetGroup, ...(loadBalancer && { LoadBalancer: loadBalancer.arnSuffix }) },
        statistic: 'Maximum',
      },
      periodS: 60,
      periods: [5, 5],
      when: 'below',
      threshold: 1,
      // A load balancer without any target says nothing at all.
      missing: 'breaching',
    }),
  );
  if (deployProject === undefined) return targets;
  return [
    ...targets,
    {
      ...fiveMinutes,
      name: 'cluster-deploys',
      means:
        'What runs in the cluster could not be brought up to date; it runs as it was. First look: the log of the last ' +
        'build of the project.',
      measure: {
        namespace: 'AWS/CodeBuild',
        name: 'FailedBuilds',
        dimensions: { ProjectName: deployProject },
        statistic: 'Sum',
      },
      threshold: 0,
      periods: [1, 1],
    },
  ];
}
