import { type PlannedResource, plannedRegion } from '../plan.ts';
import { type Check, type Finding, finding, ofType, refersTo, texts } from './check.ts';

const regionOf = ({ inputs }: PlannedResource) => inputs.region ?? plannedRegion;

/** Where a stage has alarms, each tells a topic of its own region, and somebody listens there. */
export const heardAlarms: Check = (plan, { settings }) => {
  if (!settings.alarms) return [];
  const alarms = ofType(plan, 'aws:cloudwatch/metricAlarm:MetricAlarm');
  const topics = ofType(plan, 'aws:sns/topic:Topic');
  const listened = ofType(plan, 'aws:sns/topicSubscription:TopicSubscription');
  return [
    ...(alarms.length > 0 ? [] : [{ resource: 'the alarms', problem: 'none is in the plan' }]),
    ...alarms.flatMap((alarm): Finding[] => {
      const told = texts(alarm.inputs.alarmActions).flatMap((arn) =>
        topics.filter((topic) => refersTo(arn, topic) && regionOf(topic) === regionOf(alarm)),
      );
      if (alarm.inputs.actionsEnabled === false) return [finding(alarm, 'it is switched off')];
      return told.length > 0 ? [] : [finding(alarm, 'it tells no topic of the plan in its region')];
    }),
    ...topics
      .filter((topic) => !listened.some(({ inputs }) => refersTo(inputs.topic, topic)))
      .map((topic) => finding(topic, 'nobody listens to it')),
  ];
};
