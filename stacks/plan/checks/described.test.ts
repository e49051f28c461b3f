import { expect, test } from 'vitest';
import { functions, queues, tables } from '../../resources.ts';
import { functionsAsDescribed, stateMachinesAsDescribed, storesAsDescribed } from './described.ts';
import { resource, said } from './tiny-plan.ts';

const table = resource('aws:dynamodb/table:Table', 'main-table', {
  name: 'atrium-prod-main',
  hashKey: tables.main.partitionKey,
  rangeKey: tables.main.sortKey,
  ttl: { attributeName: tables.main.ttl, enabled: true },
  globalSecondaryIndexes: [
    {
      name: 'tenants',
      hashKey: 'listed',
      rangeKey: 'pk',
      projectionType: 'INCLUDE',
      nonKeyAttributes: ['version', 'created_at'],
    },
  ],
});
const of = (found: readonly string[], what: RegExp) => found.filter((problem) => what.test(problem));

test('a table without its key or its end of life is not the one described', () => {
  const other = { ...table, inputs: { ...table.inputs, ttl: { attributeName: 'x', enabled: true } } };
  const ofTable = (planned: typeof table) => of(said(storesAsDescribed, [planned]), /partitionKey/);
  expect(ofTable(table)).toEqual([]);
  expect(ofTable(other)).toHaveLength(1);
});

test('a list of tenants that is missing, or that holds more than is described, is seen', () => {
  const [index] = table.inputs.globalSecondaryIndexes as [object];
  for (const indexes of [undefined, [], [{ ...index, projectionType: 'ALL', nonKeyAttributes: undefined }]]) {
    const other = { ...table, inputs: { ...table.inputs, globalSecondaryIndexes: indexes } };
    expect(of(said(storesAsDescribed, [other]), /partitionKey/)).toHaveLength(1);
  }
});

test('what is described and not planned is seen, and the other way round', () => {
  expect(of(said(storesAsDescribed, []), /described and not in the plan/).length).toBe(
    Object.keys(tables).length + Object.keys(queues).length + 1,
  );
  const stray = resource('aws:sqs/queue:Queue', 'q', {
    name: 'atrium-prod-stray',
    visibilityTimeoutSeconds: 1,
  });
  expect(said(storesAsDescribed, [stray])).toContain('it is in the plan and not described');
  expect(said(stateMachinesAsDescribed, [])).toHaveLength(1);
});

test('a function with another size, or with a variable too many or too few, is seen', () => {
  const { timeoutS, memoryMb, env } = functions['ingest-parse'];
  const lambda = (more: object) =>
    resource('aws:lambda/function:Function', 'parse', {
      name: 'atrium-prod-ingest-parse',
      timeout: timeoutS,
      memorySize: memoryMb,
      environment: { variables: Object.fromEntries(Object.keys(env).map((name) => [name, 'x'])) },
      ...more,
    });
  const besides = said(functionsAsDescribed, []).length;
  const found = (more: object) => said(functionsAsDescribed, [lambda(more)]).length - besides;
  // The one that is planned is missed no more.
  const sound = found({});
  expect(found({ timeout: timeoutS + 1 })).toBe(sound + 1);
  expect(found({ memorySize: 128 })).toBe(sound + 1);
  const variables = { ...Object.fromEntries(Object.keys(env).map((name) => [name, 'x'])) };
  expect(found({ environment: { variables: { ...variables, MORE: 'x' } } })).toBe(sound + 1);
  const { TABLE_NAME: _, ...fewer } = variables;
  expect(found({ environment: { variables: fewer } })).toBe(sound + 1);
});
