import { ofType, physicalName, record, records, refersTo, texts } from './checks/check.ts';
import { type Facts, logicalDefinition, logicalName, logicalVariable } from './facts.ts';
import type { Plan, PlannedResource } from './plan.ts';

/** The facts of a planned stage. */
export function factsOfPlan(plan: Plan): Facts {
  const prefix = `${plan.app.name}-${plan.app.stage}`;
  const logical = (value: unknown) => logicalName(value, prefix);
  const byName = <T>(type: string, fact: (each: PlannedResource) => T): Record<string, T> =>
    Object.fromEntries(ofType(plan, type).map((each) => [logical(physicalName(each)), fact(each)]));
  const nameOfQueue = (value: unknown) => {
    const queue = ofType(plan, 'aws:sqs/queue:Queue').find((each) => refersTo(value, each));
    return queue ? logical(physicalName(queue)) : String(value);
  };
  const nameOfFunction = (value: unknown) => {
    const lambda = ofType(plan, 'aws:lambda/function:Function').find((each) => refersTo(value, each));
    return lambda ? logical(physicalName(lambda)) : String(value);
  };
  const ofBucket = (kind: string, bucket: PlannedResource) =>
    plan.resources.filter(
      ({ type, inputs }) =>
        new RegExp(`^aws:s3/bucket${kind}(V2)?:`).test(type) && refersTo(inputs.bucket, bucket),
    );
  return {
    tables: byName('aws:dynamodb/table:Table', ({ inputs }) => ({
      partitionKey: String(inputs.hashKey),
      sortKey: String(inputs.rangeKey),
      ttl: record(inputs.ttl).enabled === true ? String(record(inputs.ttl).attributeName) : '',
      indexes: Object.fromEntries(
        records(inputs.globalSecondaryIndexes).map((index) => [
          String(index.name),
          {
            partitionKey: String(index.hashKey),
            sortKey: String(index.rangeKey),
            attributes: index.projectionType === 'INCLUDE' ? texts(index.nonKeyAttributes) : ['everything'],
          },
        ]),
      ),
    })),
    queues: byName('aws:sqs/queue:Queue', ({ inputs }) => {
      const redrive = inputs.redrivePolicy ? JSON.parse(String(inputs.redrivePolicy)) : undefined;
      return {
        visibilityTimeoutS: Number(inputs.visibilityTimeoutSeconds),
        ...(redrive && {
          deadLetter: {
            queue: nameOfQueue(redrive.deadLetterTargetArn),
            maxReceives: Number(redrive.maxReceiveCount),
          },
        }),
      };
    }),
    buckets: byName('aws:s3/bucket:Bucket', (bucket) => ({
      versioned: ofBucket('Versioning', bucket).some(
        ({ inputs }) => record(inputs.versioningConfiguration).status === 'Enabled',
      ),
      notify: ofBucket('Notification', bucket)
        .flatMap(({ inputs }) => records(inputs.queues))
        .filter(({ events }) => texts(events).join() === 's3:ObjectCreated:*')
        .map((each) => ({
          prefix: String(each.filterPrefix ?? ''),
          suffix: String(each.filterSuffix ?? ''),
          queue: nameOfQueue(each.queueArn),
        })),
    })),
    functions: byName('aws:lambda/function:Function', ({ inputs }) => ({
      timeoutS: Number(inputs.timeout),
      memoryMb: Number(inputs.memorySize),
    })),
    variables: byName('aws:lambda/function:Function', ({ inputs }) =>
      Object.fromEntries(
        Object.entries(record(record(inputs.environment).variables)).map(([name, value]) => [
          name,
          logicalVariable(String(value), prefix),
        ]),
      ),
    ),
    sources: Object.fromEntries(
      ofType(plan, 'aws:lambda/eventSourceMapping:EventSourceMapping').map(({ inputs }) => [
        `${nameOfQueue(inputs.eventSourceArn)} -> ${nameOfFunction(inputs.functionName)}`,
        {
          batchSize: Number(inputs.batchSize),
          reportsEach: texts(inputs.functionResponseTypes).includes('ReportBatchItemFailures'),
        },
      ]),
    ),
    stateMachines: byName('aws:sfn/stateMachine:StateMachine', ({ inputs }) =>
      logicalDefinition(String(inputs.definition), prefix),
    ),
  };
}
