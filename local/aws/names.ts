import type {
  BucketName,
  FunctionName,
  QueueName,
  SecretName,
  StateMachineName,
  TableName,
} from '../../stacks/resources.ts';

const account = '000000000000';
const region = 'us-east-1';

/** A logical name of `stacks/resources.ts` as the local stage calls it. */
export const physical = (
  name: TableName | BucketName | QueueName | SecretName | FunctionName | StateMachineName,
) => `atrium-local-${name}`;

/** Addresses of resources; the emulator's account and region never change. */
export const arns = {
  queue: (name: QueueName) => `arn:aws:sqs:${region}:${account}:${physical(name)}`,
  queueUrl: (endpoint: string, name: QueueName) => `${endpoint}/${account}/${physical(name)}`,
  function: (name: FunctionName) => `arn:aws:lambda:${region}:${account}:function:${physical(name)}`,
  stateMachine: (name: StateMachineName) =>
    `arn:aws:states:${region}:${account}:stateMachine:${physical(name)}`,
  role: `arn:aws:iam::${account}:role/atrium-local`,
} as const;
