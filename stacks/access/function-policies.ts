import { type Place, type PolicyDocument, policyDocument, type Statement, viaService } from './policies.ts';

/** A function that writes to its own log group, and no other. The group is made beforehand, with its retention. */
export const writesLogs = (place: Place, logGroupName: string): Statement => ({
  Sid: 'WriteOwnLog',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: place.arn('logs', `log-group:${logGroupName}:*`),
});

/** What Lambda needs to take messages for a function. */
export const takesMessages = (place: Place, queueArn: string, keyArn: string): Statement[] => [
  {
    Sid: 'TakeMessages',
    Effect: 'Allow',
    Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    Resource: queueArn,
  },
  {
    Sid: 'ReadMessages',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: keyArn,
    Condition: { StringEquals: { 'kms:ViaService': viaService(place, 'sqs') } },
  },
];

const interfaceActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
] as const;

/**
 * What Lambda needs to put a function into the network. Describing takes no resource, and the interfaces do not exist
 * before Lambda makes them, so AWS has the whole set on `*` (Lambda Developer Guide, "Required IAM permissions"). The
 * function's own code is denied it: what it calls carries its ARN, what Lambda calls does not.
 */
export const joinsNetwork = (functionArn: string): Statement[] => [
  { Sid: 'JoinNetwork', Effect: 'Allow', Action: interfaceActions, Resource: '*' },
  {
    Sid: 'DenyNetworkToOwnCode',
    Effect: 'Deny',
    Action: interfaceActions,
    Resource: '*',
    Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
  },
];

/** Lets Lambda take an image out of its repository, for the named functions of this account. */
export const pulledByLambda = (place: Place, functionNames: readonly string[]): PolicyDocument =>
  policyDocument([
    {
      Sid: 'FunctionsPull',
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Condition: {
        StringEquals: { 'aws:SourceAccount': place.accountId },
        ArnLike: {
          'aws:SourceArn': functionNames.map((name) =>
            place.arn('lambda', `function:${place.physical(name)}`),
          ),
        },
      },
    },
  ]);
