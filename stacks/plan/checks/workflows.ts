import { createRequire } from 'node:module';
import { type Check, finding, ofType, physicalName, record, refersTo, texts } from './check.ts';

const type = 'aws:sfn/stateMachine:StateMachine';

/** Every execution leaves a log and a trace; what a tenant's documents say is in neither. */
export const observedStateMachines: Check = (plan) =>
  ofType(plan, type).flatMap((machine) => {
    const { level, includeExecutionData, logDestination } = record(machine.inputs.loggingConfiguration);
    const groups = ofType(plan, 'aws:cloudwatch/logGroup:LogGroup').map(physicalName);
    const isThere = groups.some((group) => String(logDestination ?? '').includes(`:log-group:${group}:`));
    return [
      ...(['ALL', 'ERROR'].includes(String(level)) && isThere
        ? []
        : [finding(machine, 'its executions leave no log in a group of the plan')]),
      ...(includeExecutionData === true ? [finding(machine, 'its log holds what its executions carry')] : []),
      ...(record(machine.inputs.tracingConfiguration).enabled === true
        ? []
        : [finding(machine, 'its executions are not traced')]),
    ];
  });

// The package has no types.
const validate = createRequire(import.meta.url)('asl-validator') as (definition: object) => {
  isValid: boolean;
  errors: readonly { readonly Message?: string; readonly message?: string }[];
};

/** Every definition, as it is sent to AWS, is valid Amazon States Language and names functions of the plan alone. */
export const validDefinitions: Check = (plan) => {
  const functions = ofType(plan, 'aws:lambda/function:Function').map(physicalName);
  return ofType(plan, type).flatMap((machine) => {
    const text = String(machine.inputs.definition ?? '');
    let definition: object;
    try {
      definition = JSON.parse(text);
    } catch {
      return [finding(machine, 'its definition is not JSON')];
    }
    const { isValid, errors } = validate(definition);
    const left = [...text.matchAll(/\$\{\w+\}/g)].map(([name]) => name);
    const called = [...text.matchAll(/:function:([A-Za-z0-9_-]+)/g)].map(([, name]) => name ?? '');
    return [
      ...(isValid
        ? []
        : errors.map((error) =>
            finding(
              machine,
              `its definition is not valid: ${error.Message ?? error.message ?? 'no reason given'}`,
            ),
          )),
      ...left.map((name) => finding(machine, `nothing stands for ${name}`)),
      ...called
        .filter((name) => !functions.includes(name))
        .map((name) => finding(machine, `it calls ${name}, which is not in the plan`)),
      ...(called.length === 0 ? [finding(machine, 'it calls no function')] : []),
    ];
  });
};

/** What starts functions by itself is switched on, and takes no more of the account than it was given. */
export const workingStarters: Check = (plan) => [
  ...ofType(plan, 'aws:lambda/eventSourceMapping:EventSourceMapping').flatMap((each) => [
    ...(each.inputs.enabled === false ? [finding(each, 'it is switched off')] : []),
    ...(Number(record(each.inputs.scalingConfig).maximumConcurrency) > 0
      ? []
      : [finding(each, 'one tenant with much to upload takes every execution of the account')]),
  ]),
  ...ofType(plan, 'aws:scheduler/schedule:Schedule')
    .filter(({ inputs }) => inputs.state === 'DISABLED')
    .map((each) => finding(each, 'it is switched off')),
];

/** While a message is worked on nobody else gets it: six times as long as a try may take, as Lambda advises. */
export const hiddenWhileWorkedOn: Check = (plan) =>
  ofType(plan, 'aws:lambda/eventSourceMapping:EventSourceMapping').flatMap((each) => {
    const find = (type: string, value: unknown) => ofType(plan, type).find((one) => refersTo(value, one));
    const queue = find('aws:sqs/queue:Queue', each.inputs.eventSourceArn);
    const lambda = find('aws:lambda/function:Function', each.inputs.functionName);
    if (!queue || !lambda) return [finding(each, 'its queue or its function is not in the plan')];
    const [hiddenS, workedS] = [queue.inputs.visibilityTimeoutSeconds, lambda.inputs.timeout].map(Number);
    return Number(hiddenS) >= 6 * Number(workedS)
      ? []
      : [finding(queue, `its messages are hidden for ${hiddenS} s, and a try may take ${workedS} s`)];
  });

/** One message that fails does not make the others of its batch come again. */
export const singleFailures: Check = (plan) =>
  ofType(plan, 'aws:lambda/eventSourceMapping:EventSourceMapping')
    .filter(({ inputs }) => !texts(inputs.functionResponseTypes).includes('ReportBatchItemFailures'))
    .map((each) => finding(each, 'one bad message makes a whole batch come again'));
