import { type PolicyDocument, policyDocument } from './policies.ts';

/**
 * Who may send to a topic of alarms: CloudWatch, for this account's alarms of this stage there, and nobody without TLS.
 * Whoever the account allows may subscribe.
 *
 * @param topicArn `arn:aws:sns:<region>:<account>:<name>`.
 * @param alarmsArn pattern of the alarms.
 */
export const alarmTopicPolicy = (topicArn: string, alarmsArn: string, accountId: string): PolicyDocument =>
  policyDocument([
    {
      Sid: 'AlarmsOfTheStage',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: {
        StringEquals: { 'aws:SourceAccount': accountId },
        ArnLike: { 'aws:SourceArn': alarmsArn },
      },
    },
    {
      Sid: 'TlsOnly',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
