import { alarmArgs } from './alarms/alarm-definition.ts';
import { createAlarmTopic } from './alarms/alarm-topic.ts';
import { alarmsOf } from './alarms/alarms-of.ts';
import { fleetMetrics, fleetNamespace } from './alarms/fleet-metrics.ts';
import type { Api } from './api.ts';
import { edgeArn, edgeRegion } from './front/edge-region.ts';
import type { Functions } from './functions.ts';
import type { LoadBalancer } from './load-balancer.ts';
import { REQUEST_LOG_GROUP } from './resources.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';
import type { Workflows } from './workflows.ts';

/** The alarms of a stage that has them, and the topics that they go to: one in its region, one beside CloudFront. */
export function createAlarms(
  stage: Stage,
  of: {
    readonly storage: Storage;
    readonly functions: Functions;
    readonly workflows: Workflows;
    readonly api: Api;
    readonly loadBalancer: LoadBalancer;
    readonly deployProject: $util.Output<string>;
  },
): void {
  const { settings } = stage;
  if (!settings.alarms) return;
  createFleetMetrics(of.functions);

  const topic = createAlarmTopic(stage, 'alarms', { keyArn: of.storage.keyArn, arn: stage.arn });
  const atEdge = stage.region === edgeRegion ? topic : createEdgeTopic(stage, of.api);
  const { distributionId, streamingApi } = of.api;
  const alarms = alarmsOf<$util.Input<string>>({
    physical: stage.physical,
    stateMachineArn: (name) => stage.arn('states', `stateMachine:${stage.physical(name)}`),
    chatConcurrency: settings.chatConcurrency,
    ...(distributionId && { distributionId }),
    ...(streamingApi && { streamingApi: streamingApi.name }),
    loadBalancer: of.loadBalancer,
    deployProject: of.deployProject,
  });
  for (const alarm of alarms) {
    const tells = alarm.atEdge ? atEdge : topic;
    if (!tells) throw new Error(`Nobody would hear the alarm ${alarm.name}.`);
    new aws.cloudwatch.MetricAlarm(alarm.name, {
      name: stage.physical(alarm.name),
      ...alarmArgs(alarm),
      ...(alarm.atEdge && { region: edgeRegion }),
      alarmActions: [tells],
      okActions: [tells],
    });
  }
}

/** Alarms reach topics of their own region only. */
function createEdgeTopic(stage: Stage, { edgeKeyArn }: Api): $util.Output<string> | undefined {
  if (!edgeKeyArn) return undefined;
  return createAlarmTopic(stage, 'edge-alarms', {
    keyArn: edgeKeyArn,
    arn: (service, resource) => edgeArn(stage, service, resource),
    region: edgeRegion,
  });
}

function createFleetMetrics(functions: Functions): void {
  for (const [label, { name, pattern, value, unit }] of Object.entries(fleetMetrics)) {
    new aws.cloudwatch.LogMetricFilter(`fleet-${label.toLowerCase()}`, {
      name,
      // The function writes there, so the log group is there before it.
      logGroupName: functions.chat.name.apply(() => REQUEST_LOG_GROUP),
      pattern,
      metricTransformation: {
        namespace: fleetNamespace,
        name,
        value,
        unit,
        // While there are lines but none that counts, the count is zero and not unknown.
        ...(unit === 'Count' && { defaultValue: '0' }),
      },
    });
  }
}
