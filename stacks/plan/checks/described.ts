import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  buckets,
  type EnvValue,
  type FunctionResource,
  functions,
  type QueueResource,
  queues,
  stateMachines,
  tables,
} from '../../resources.ts';
import { factsOfPlan } from '../facts-of-plan.ts';
import type { Plan } from '../plan.ts';
import { root } from '../plan.ts';
import { type Check, type Finding, ofType, record } from './check.ts';

/** What is in one and not in the other, or not the same. */
function differences(
  kind: string,
  planned: Readonly<Record<string, unknown>>,
  described: Readonly<Record<string, unknown>>,
): Finding[] {
  const names = [...new Set([...Object.keys(planned), ...Object.keys(described)])].sort();
  return names.flatMap((name) => {
    const resource = `${kind} ${name}`;
    if (!(name in planned)) return [{ resource, problem: 'it is described and not in the plan' }];
    if (!(name in described)) return [{ resource, problem: 'it is in the plan and not described' }];
    return isDeepStrictEqual(planned[name], described[name])
      ? []
      : [
          {
            resource,
            problem: `the plan has ${JSON.stringify(planned[name])}, described is ${JSON.stringify(described[name])}`,
          },
        ];
  });
}

const mapped = <T, U>(of: Readonly<Record<string, T>>, to: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, to(value)]));

/** Buckets that hold no tenant's data and that no other stage than those in AWS has: what is deployed into the cluster. */
export const otherBuckets: readonly string[] = ['manifests'];

/** The stores of a stage are those that `resources.ts` describes, and as it describes them. */
export const storesAsDescribed: Check = (plan) => {
  const facts = factsOfPlan(plan);
  return [
    ...differences('table', facts.tables, tables),
    ...differences(
      'queue',
      facts.queues,
      mapped(queues, (queue: QueueResource) => queue),
    ),
    ...differences(
      'bucket',
      Object.fromEntries(Object.entries(facts.buckets).filter(([name]) => !otherBuckets.includes(name))),
      mapped(buckets, ({ notify }) => ({ versioned: true, notify })),
    ),
  ];
};

/** What SST sets for what is linked to a function. Nothing is, so its key opens nothing. */
export const sstVariables: readonly string[] = ['SST_KEY', 'SST_KEY_FILE', 'SST_RESOURCE_App'];

/** The variables that a function must have, and those that it may have besides. */
function variables(env: Readonly<Record<string, EnvValue>>) {
  const names = Object.keys(env);
  const optional = names.filter((name) => 'optional' in (env[name] ?? {}));
  return { needed: names.filter((name) => !optional.includes(name)), optional };
}

/** The functions of a stage are those described: size, variables, and what calls them. */
export const functionsAsDescribed: Check = (plan) => {
  const facts = factsOfPlan(plan);
  const all: Readonly<Record<string, FunctionResource>> = functions;
  const described = mapped(all, ({ timeoutS, memoryMb }) => ({ timeoutS, memoryMb }));
  const sources = Object.fromEntries(
    Object.entries(all).flatMap(([name, { queue }]) =>
      queue ? [[`${queue.name} -> ${name}`, { batchSize: queue.batchSize, reportsEach: true }]] : [],
    ),
  );
  return [
    ...differences('function', facts.functions, described),
    ...differences('event source', facts.sources, sources),
    ...differences(
      'schedule',
      schedules(plan),
      Object.fromEntries(
        Object.entries(all).flatMap(([name, { schedule }]) =>
          schedule ? [[name, `rate(${schedule.everyMinutes} minutes)`]] : [],
        ),
      ),
    ),
    ...Object.entries(all).flatMap(([name, { env }]) => {
      const { needed, optional } = variables(env);
      const planned = Object.keys(facts.variables[name] ?? {});
      const problem = (variable: string, what: string): Finding => ({
        resource: `function ${name}`,
        problem: `${variable} ${what}`,
      });
      return [
        ...needed.filter((each) => !planned.includes(each)).map((each) => problem(each, 'is not set')),
        ...planned
          .filter((each) => ![...needed, ...optional, ...sstVariables].includes(each))
          .map((each) => problem(each, 'is set and not described')),
      ];
    }),
  ];
};

/** By function: how often it is called. */
function schedules(plan: Plan): Record<string, string> {
  const prefix = `${plan.app.name}-${plan.app.stage}-`;
  const target = (arn: unknown) => String(arn).split(':').at(-1)?.replace(prefix, '') ?? '';
  const rules = ofType(plan, 'aws:cloudwatch/eventRule:EventRule');
  return Object.fromEntries([
    ...ofType(plan, 'aws:scheduler/schedule:Schedule').map(({ inputs }) => [
      target(record(inputs.target).arn),
      inputs.scheduleExpression,
    ]),
    ...ofType(plan, 'aws:cloudwatch/eventTarget:EventTarget').flatMap(({ inputs }) => {
      const rule = rules.find(
        (each) =>
          inputs.rule === each.inputs.name || inputs.rule === `${each.name}-id` || inputs.rule === each.name,
      );
      return rule?.inputs.scheduleExpression ? [[target(inputs.arn), rule.inputs.scheduleExpression]] : [];
    }),
  ]);
}

/** The state machines are those described, each from its file and with its functions. */
export const stateMachinesAsDescribed: Check = (plan) =>
  differences(
    'state machine',
    factsOfPlan(plan).stateMachines,
    mapped(stateMachines, ({ definition, substitutions }) =>
      JSON.parse(
        readFileSync(join(root, definition), 'utf8').replaceAll(
          /\$\{(\w+)\}/g,
          (_, name: keyof typeof substitutions) => `<${substitutions[name]}>`,
        ),
      ),
    ),
  );
