import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceTrust } from './access/policies.ts';
import { createRoles } from './access/roles.ts';
import { deliversLogs, invokesFunctions, writesTraces } from './access/workflow-policies.ts';
import type { Functions } from './functions.ts';
import { renderDefinition } from './render-definition.ts';
import {
  functions as described,
  type FunctionName,
  type FunctionResource,
  type StateMachineName,
  stateMachines,
} from './resources.ts';
import type { Stage } from './stage.ts';
import type { Storage } from './storage.ts';

export type Workflows = Readonly<Record<StateMachineName, { readonly arn: $util.Output<string> }>>;

interface Parts {
  readonly storage: Storage;
  readonly functions: Functions;
}

/**
 * Batches of messages of one queue that are worked on at the same time. However much a tenant uploads at once, the
 * starts of the others are never more than some batches away, and most of the account's executions stay free.
 */
const maxBatches = 10;

/** State machines, and what starts functions by itself: queues and schedules. */
export function createWorkflows(stage: Stage, parts: Parts): Workflows {
  const scheduled: [FunctionName, number][] = [];
  for (const [name, resource] of Object.entries(described) as [FunctionName, FunctionResource][]) {
    if (resource.queue) takeFromQueue(name, resource.queue, parts);
    if (resource.schedule) scheduled.push([name, resource.schedule.everyMinutes]);
  }
  if (scheduled.length > 0) createSchedules(stage, scheduled, parts);
  const machines = (Object.keys(stateMachines) as StateMachineName[]).map(
    (name) => [name, { arn: createStateMachine(stage, name, parts) }] as const,
  );
  return Object.fromEntries(machines) as Record<StateMachineName, { arn: $util.Output<string> }>;
}

function createStateMachine(stage: Stage, name: StateMachineName, parts: Parts): $util.Output<string> {
  const { definition, substitutions } = stateMachines[name];
  const invoked = [...new Set(Object.values(substitutions))];
  const logName = `/aws/vendedlogs/states/${stage.physical(name)}`;
  const log = new aws.cloudwatch.LogGroup(`${name}-machine-log`, {
    name: logName,
    retentionInDays: stage.settings.logRetentionDays,
    kmsKeyId: parts.storage.keyArn,
  });
  const trust = serviceTrust(stage, 'states', {
    sourceArn: stage.arn('states', `stateMachine:${stage.physical(name)}`),
  });
  const { roleArn } = createRoles(stage, `${name}-machine`, trust, {
    keyArn: parts.storage.keyArn,
    more: [
      invokesFunctions(invoked.map((each) => stage.arn('lambda', `function:${stage.physical(each)}`))),
      deliversLogs,
      writesTraces,
    ],
  });
  const arns = Object.fromEntries(
    Object.entries(substitutions).map(([variable, each]) => [variable, parts.functions[each].arn]),
  );
  const text = readFileSync(join($cli.paths.root, definition), 'utf8');
  const machine = new aws.sfn.StateMachine(`${name}-machine`, {
    name: stage.physical(name),
    type: 'STANDARD',
    roleArn,
    definition: $util.all(arns).apply((known) => renderDefinition(text, known)),
    loggingConfiguration: {
      level: 'ALL',
      // Which state, when, and how it ended. What a tenant's document is called or was refused for stays out.
      includeExecutionData: false,
      logDestination: log.arn.apply(() => `${stage.arn('logs', `log-group:${logName}`)}:*`),
    },
    tracingConfiguration: { enabled: true },
  });
  return machine.arn;
}

function takeFromQueue(
  name: FunctionName,
  queue: NonNullable<FunctionResource['queue']>,
  { storage, functions }: Parts,
): void {
  new aws.lambda.EventSourceMapping(`${name}-queue`, {
    eventSourceArn: storage.queues[queue.name].arn,
    functionName: functions[name].arn,
    batchSize: queue.batchSize,
    // What failed is told again, not the whole batch.
    functionResponseTypes: ['ReportBatchItemFailures'],
    scalingConfig: { maximumConcurrency: maxBatches },
  });
}

/**
 * Runs functions again and again. A run that fails or comes too late is not repeated and not kept: the next one looks at
 * everything anew.
 */
function createSchedules(stage: Stage, scheduled: readonly [FunctionName, number][], parts: Parts): void {
  const groupName = stage.physical('schedules');
  const group = new aws.scheduler.ScheduleGroup('schedules', { name: groupName });
  const trust = serviceTrust(stage, 'scheduler', {
    sourceArn: stage.arn('scheduler', `schedule-group/${groupName}`),
  });
  const { roleArn } = createRoles(stage, 'schedules', trust, {
    keyArn: parts.storage.keyArn,
    more: [
      invokesFunctions(scheduled.map(([name]) => stage.arn('lambda', `function:${stage.physical(name)}`))),
    ],
  });
  for (const [name, everyMinutes] of scheduled) {
    const { arn } = parts.functions[name];
    new aws.scheduler.Schedule(`${name}-schedule`, {
      name: stage.physical(name),
      groupName: group.name,
      scheduleExpression: everyMinutes === 1 ? 'rate(1 minute)' : `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn,
        roleArn,
        retryPolicy: { maximumEventAgeInSeconds: everyMinutes * 60, maximumRetryAttempts: 2 },
      },
    });
    new aws.lambda.FunctionEventInvokeConfig(`${name}-invocations`, {
      functionName: parts.functions[name].name,
      maximumEventAgeInSeconds: everyMinutes * 60,
      maximumRetryAttempts: 0,
    });
  }
}
