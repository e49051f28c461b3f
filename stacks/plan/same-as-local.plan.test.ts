import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import {
  GetBucketNotificationConfigurationCommand,
  GetBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { functionEnv } from '../../local/aws/function-env.ts';
import { arns, physical } from '../../local/aws/names.ts';
import { sdkConfig } from '../../local/aws/sdk-config.ts';
import { type Emulator, startEmulator } from '../../test/support/emulator.ts';
import {
  type BucketName,
  buckets,
  type FunctionName,
  type FunctionResource,
  functions,
  type QueueName,
  queues,
  type StateMachineName,
  stateMachines,
  type TableName,
  tables,
} from '../resources.ts';
import { otherBuckets, sstVariables } from './checks/described.ts';
import { type Facts, logicalDefinition, logicalName, logicalVariable } from './facts.ts';
import { factsOfPlan } from './facts-of-plan.ts';
import { readPlan } from './plan.ts';
import { variants } from './variants.ts';

/** What the local stage is asked for; a value of its own for every setting that some function needs. */
const settings = Object.fromEntries(
  Object.values<FunctionResource>(functions)
    .flatMap(({ env }) => Object.values(env))
    .flatMap((value) => ('setting' in value && !value.optional ? [[value.setting, 'x']] : [])),
);
const prefix = 'atrium-local';
const all: Readonly<Record<string, FunctionResource>> = functions;

let emulator: Emulator;
let local: Facts;

beforeAll(async () => {
  emulator = await startEmulator({ everything: settings });
  local = await factsOfLocalStage(emulator.endpoint);
});
afterAll(() => emulator?.stop());

async function each<N extends string, T>(names: Readonly<Record<N, unknown>>, of: (name: N) => Promise<T>) {
  const entries = (Object.keys(names) as N[]).map(async (name) => [name, await of(name)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, T>;
}

function keysOf(schema: readonly KeySchemaElement[] = []) {
  const key = (type: string) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName ?? '';
  return { partitionKey: key('HASH'), sortKey: key('RANGE') };
}

/** What the emulated AWS says that it has, asked as one asks AWS. */
async function factsOfLocalStage(endpoint: string): Promise<Facts> {
  const config = sdkConfig(endpoint);
  const [dynamo, sqs, lambda, sfn] = [
    new DynamoDBClient(config),
    new SQSClient(config),
    new LambdaClient(config),
    new SFNClient(config),
  ];
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const configured = async (name: FunctionName) => {
    const { url, timeoutS, memoryMb } = all[name] as FunctionResource;
    // Those behind a URL run in the Lambda host, from the description itself.
    if (url) return { timeoutS, memoryMb, variables: functionEnv(name, endpoint, settings) };
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: physical(name) }));
    return {
      timeoutS: found.Timeout ?? 0,
      memoryMb: found.MemorySize ?? 0,
      variables: found.Environment?.Variables ?? {},
    };
  };
  const configurations = await each(functions, configured);
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  return {
    tables: await each(tables, async (name: TableName) => {
      const TableName = physical(name);
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
      const { TimeToLiveDescription: ttl } = await dynamo.send(new DescribeTimeToLiveCommand({ TableName }));
      const indexes = Object.fromEntries(
        (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => [
          IndexName ?? '',
          { ...keysOf(KeySchema), attributes: Projection?.NonKeyAttributes ?? [] },
        ]),
      );
      return { ...keysOf(Table?.KeySchema), ttl: ttl?.AttributeName ?? '', indexes };
    }),
    queues: await each(queues, async (name: QueueName) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: arns.queueUrl(endpoint, name), AttributeNames: ['All'] }),
      );
      const redrive = Attributes.RedrivePolicy ? JSON.parse(Attributes.RedrivePolicy) : undefined;
      return {
        visibilityTimeoutS: Number(Attributes.VisibilityTimeout),
        ...(redrive && {
          deadLetter: {
            queue: logicalName(redrive.deadLetterTargetArn, prefix),
            maxReceives: Number(redrive.maxReceiveCount),
          },
        }),
      };
    }),
    buckets: await each(buckets, async (name: BucketName) => {
      const Bucket = physical(name);
      const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
      const { QueueConfigurations = [] } = await s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket }),
      );
      return {
        versioned: Status === 'Enabled',
        notify: QueueConfigurations.map(({ QueueArn, Filter }) => {
          const rule = (wanted: string) =>
            Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === wanted)?.Value ?? '';
          return { prefix: rule('prefix'), suffix: rule('suffix'), queue: logicalName(QueueArn, prefix) };
        }),
      };
    }),
    functions: Object.fromEntries(
      Object.entries(configurations).map(([name, { timeoutS, memoryMb }]) => [name, { timeoutS, memoryMb }]),
    ),
    variables: Object.fromEntries(
      Object.entries(configurations).map(([name, { variables }]) => [
        name,
        Object.fromEntries(
          Object.entries(variables).map(([key, value]) => [key, logicalVariable(value, prefix)]),
        ),
      ]),
    ),
    sources: Object.fromEntries(
      EventSourceMappings.map(({ EventSourceArn, FunctionArn, BatchSize, FunctionResponseTypes }) => [
        `${logicalName(EventSourceArn, prefix)} -> ${logicalName(FunctionArn, prefix)}`,
        {
          batchSize: BatchSize ?? 0,
          reportsEach: FunctionResponseTypes?.includes('ReportBatchItemFailures') === true,
        },
      ]),
    ),
    stateMachines: await each(stateMachines, async (name: StateMachineName) => {
      const found = await sfn.send(
        new DescribeStateMachineCommand({ stateMachineArn: arns.stateMachine(name) }),
      );
      return logicalDefinition(found.definition ?? '', prefix);
    }),
  };
}

/**
 * Without what must differ: settings that a stage may leave out, what SST adds, and the bucket of what is deployed into
 * the cluster, which the local stage has none of.
 */
function comparable({ variables, buckets: found, ...facts }: Facts) {
  const needed = (name: string, variable: string) =>
    !sstVariables.includes(variable) && !('optional' in (all[name]?.env[variable] ?? {}));
  return {
    ...facts,
    buckets: Object.fromEntries(Object.entries(found).filter(([name]) => !otherBuckets.includes(name))),
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, values]) => [
        name,
        Object.fromEntries(Object.entries(values).filter(([variable]) => needed(name, variable))),
      ]),
    ),
  };
}

describe.each(variants)('$name is the local stage, somewhere else', ({ name }) => {
  const planned = comparable(factsOfPlan(readPlan(name)));

  test.each(Object.keys(planned) as (keyof typeof planned)[])('%s', (kind) => {
    expect(Object.keys(planned[kind])).not.toEqual([]);
    expect(planned[kind]).toEqual(comparable(local)[kind]);
  });
});
