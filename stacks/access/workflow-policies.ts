import type { Statement } from './policies.ts';

export const invokesFunctions = (functionArns: readonly string[]): Statement => ({
  Sid: 'InvokeFunctions',
  Effect: 'Allow',
  Action: 'lambda:InvokeFunction',
  Resource: functionArns,
});

/**
 * Step Functions writes its logs through deliveries, which have no ARN: these actions take no resource (Step Functions
 * Developer Guide, "Logging in CloudWatch Logs").
 */
export const deliversLogs: Statement = {
  Sid: 'DeliverLogs',
  Effect: 'Allow',
  Action: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  Resource: '*',
};

/** Traces have no ARN: these actions take no resource (Service Authorization Reference, "AWS X-Ray"). */
export const writesTraces: Statement = {
  Sid: 'WriteTraces',
  Effect: 'Allow',
  Action: [
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
  Resource: '*',
};
