/** A metric of CloudWatch. */
export interface Metric<Value> {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string | Value>>;
  /** `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, or in a figure a percentile such as `p95`. */
  readonly statistic: string;
}

/** A figure that is made of metrics; the expression calls them by their keys. */
export interface Figure<Value> {
  readonly expression: string;
  readonly of: Readonly<Record<string, Metric<Value>>>;
}

/**
 * When somebody is told, and what. `Value` is what is known only once it is made, such as the id of a distribution.
 */
export interface AlarmDefinition<Value> {
  /** Logical, unique in the stage. */
  readonly name: string;
  /** What it means for the people who use the product, and where to look first. Whoever is woken reads this. */
  readonly means: string;
  readonly measure: Metric<Value> | Figure<Value>;
  readonly periodS: number;
  readonly when: 'above' | 'below';
  readonly threshold: number;
  /** How many of how many periods in a row it must hold in. */
  readonly periods: readonly [holds: number, of: number];
  /** What no data means: usually that nobody asked anything. */
  readonly missing: 'notBreaching' | 'breaching' | 'ignore';
  /** Metrics of CloudFront are beside it, so their alarms are too. */
  readonly atEdge?: true;
}

/** The alarm as AWS takes it, without its name and whom it tells. */
export function alarmArgs<Value>(alarm: AlarmDefinition<Value>) {
  const [datapointsToAlarm, evaluationPeriods] = alarm.periods;
  return {
    alarmDescription: alarm.means,
    comparisonOperator: alarm.when === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
    threshold: alarm.threshold,
    datapointsToAlarm,
    evaluationPeriods,
    treatMissingData: alarm.missing,
    ...('expression' in alarm.measure
      ? figureArgs(alarm.measure, alarm.periodS)
      : metricArgs(alarm.measure, alarm.periodS)),
  };
}

function metricArgs<Value>(metric: Metric<Value>, periodS: number) {
  const { namespace, name, dimensions, statistic } = metric;
  return { namespace, metricName: name, dimensions, period: periodS, statistic };
}

function figureArgs<Value>({ expression, of }: Figure<Value>, periodS: number) {
  return {
    metricQueries: [
      { id: 'figure', expression, label: 'figure', returnData: true },
      ...Object.entries(of).map(([id, { namespace, name, dimensions, statistic }]) => ({
        id,
        metric: { namespace, metricName: name, dimensions, period: periodS, stat: statistic },
      })),
    ],
  };
}

/** What there is to watch in a stage. `Value` is what is known only once it is made. */
export interface Watched<Value> {
  /** The name in AWS of what `resources.ts` names. */
  readonly physical: (logical: string) => string;
  readonly stateMachineArn: (logical: string) => string;
  readonly chatConcurrency: number;
  readonly distributionId?: Value;
  /** The REST API in front of the chat function, by its name; absent where that is its function URL. */
  readonly streamingApi?: string;
  /** Parts of ARNs, as CloudWatch has them. */
  readonly loadBalancer?: {
    readonly arnSuffix: Value;
    readonly targetGroups: Readonly<Record<string, Value>>;
  };
  /** The build that brings what runs in the cluster up to date. */
  readonly deployProject?: Value;
}

/** Judged by two of three periods of five minutes, which no single slow or bad minute brings about. */
export const fiveMinutes = { periodS: 300, periods: [2, 3], when: 'above', missing: 'notBreaching' } as const;

/** Below this, one bad request would be a rate. */
const fewestRequests = 10;

/** A part of a whole in percent, and nothing while there is hardly anything. */
export const share = <Value>(part: Metric<Value>, whole: Metric<Value>): Figure<Value> => ({
  expression: `IF(FILL(whole, 0) >= ${fewestRequests}, 100 * FILL(part, 0) / whole, 0)`,
  of: { part, whole },
});

/**
 * A percentile, and nothing while there is hardly anything. CloudWatch's own care for small samples keeps an alarm as it is
 * below 10 / (1 - percentile) of them: one on p95 would say nothing of a stage with fewer than 200 requests.
 */
export const ofEnough = <Value>(value: Metric<Value>): Figure<Value> => ({
  expression: `IF(FILL(count, 0) >= ${fewestRequests}, value, 0)`,
  of: { value, count: { ...value, statistic: 'SampleCount' } },
});
