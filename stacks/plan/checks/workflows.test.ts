import { expect, test } from 'vitest';
import { change, outcome, resource } from './tiny-plan.ts';
import { observedStateMachines, singleFailures, validDefinitions } from './workflows.ts';

const group = resource('aws:cloudwatch/logGroup:LogGroup', 'log', { name: '/aws/vendedlogs/states/ingest' });
const lambda = resource('aws:lambda/function:Function', 'parse', { name: 'atrium-prod-ingest-parse' });
const definition = (FunctionName: string, more: object = {}) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Parse',
    States: {
      Parse: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName },
        End: true,
        ...more,
      },
    },
  });
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:atrium-prod-ingest-parse';
const machine = resource('aws:sfn/stateMachine:StateMachine', 'ingest', {
  definition: definition(arn),
  loggingConfiguration: {
    level: 'ALL',
    includeExecutionData: false,
    logDestination: 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/ingest:*',
  },
  tracingConfiguration: { enabled: true },
});

test('a state machine without log or trace, or with documents in its log, is seen', () => {
  const mistakes = [
    [change(machine, 'loggingConfiguration.level', 'OFF')],
    [change(machine, 'loggingConfiguration', undefined)],
    [change(machine, 'loggingConfiguration.includeExecutionData', true)],
    [change(machine, 'tracingConfiguration.enabled', false)],
  ];
  expect(
    outcome({ check: observedStateMachines, sound: [machine, group], mistakes, needed: ['log'] }),
  ).toEqual({
    sound: [],
    unseen: [],
  });
});

test('a definition that AWS would refuse, or that calls what is not there, is seen', () => {
  const mistakes = [
    'not JSON',
    definition(`\${ParseFunctionArn}`),
    definition(arn, { Type: 'Tusk' }),
    definition(`${arn}-2`),
  ].map((text) => [change(machine, 'definition', text)]);
  expect(outcome({ check: validDefinitions, sound: [machine, lambda], mistakes, needed: ['parse'] })).toEqual(
    {
      sound: [],
      unseen: [],
    },
  );
});

test('a source whose batch comes again for one message is seen', () => {
  const source = resource('aws:lambda/eventSourceMapping:EventSourceMapping', 's', {
    functionResponseTypes: ['ReportBatchItemFailures'],
  });
  const mistakes = [[change(source, 'functionResponseTypes', undefined)]];
  expect(outcome({ check: singleFailures, sound: [source], mistakes })).toEqual({ sound: [], unseen: [] });
});
