import { alarmTopicPolicy } from '../access/alarm-topic-policy.ts';
import type { Stage } from '../stage.ts';

/**
 * A topic that alarms of one region go to, and the address that is told, where the installation has one. The address gets
 * a letter and must confirm it.
 *
 * @param of `region` and `arn` where that is not the stage's own.
 * @returns its ARN, known once alarms may be sent to it.
 */
export function createAlarmTopic(
  stage: Stage,
  name: string,
  of: {
    readonly keyArn: $util.Output<string>;
    readonly arn: (service: string, resource: string) => string;
    readonly region?: string;
  },
): $util.Output<string> {
  const physical = stage.physical(name);
  const region = of.region === undefined ? {} : { region: of.region as aws.Region };
  const topic = new aws.sns.Topic(name, { name: physical, kmsMasterKeyId: of.keyArn, ...region });
  const policy = alarmTopicPolicy(
    of.arn('sns', physical),
    of.arn('cloudwatch', `alarm:${stage.physical('*')}`),
    stage.accountId,
  );
  const attached = new aws.sns.TopicPolicy(`${name}-policy`, {
    arn: topic.arn,
    policy: JSON.stringify(policy),
    ...region,
  });
  const { alarmEmail } = stage.installation;
  if (alarmEmail) {
    new aws.sns.TopicSubscription(`${name}-email`, {
      topic: topic.arn,
      protocol: 'email',
      endpoint: alarmEmail,
      ...region,
    });
  }
  return $util.all([topic.arn, attached.id]).apply(([arn]) => arn);
}
