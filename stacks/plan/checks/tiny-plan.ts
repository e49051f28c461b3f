import { settings } from '../../settings.ts';
import type { Plan, PlannedResource } from '../plan.ts';
import type { Check, CheckContext } from './check.ts';

export const resource = (
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  options: PlannedResource['options'] = {},
): PlannedResource => ({ type, name, custom: true, parent: '', inputs, options });

export const tinyPlan = (resources: readonly PlannedResource[]): Plan => ({
  app: { name: 'atrium', stage: 'prod', removal: 'retain', protect: true },
  resources,
});

/** A policy as it stands in the inputs of a resource. */
export const policyOf = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

export const prodContext: CheckContext = { settings: settings.prod, front: 'function-url' };

/** What the check says of a plan of these resources. */
export const said = (check: Check, resources: readonly PlannedResource[], context = prodContext): string[] =>
  check(tinyPlan(resources), context).map(({ problem }) => problem);

/** The resource with another value for one of its inputs, by a dotted path; `undefined` takes it away. */
export function change(of: PlannedResource, path: string, value: unknown): PlannedResource {
  const set = (
    inputs: Readonly<Record<string, unknown>>,
    [key = '', ...rest]: string[],
  ): Record<string, unknown> => ({
    ...inputs,
    [key]: rest.length > 0 ? set((inputs[key] ?? {}) as Record<string, unknown>, rest) : value,
  });
  return { ...of, inputs: set(of.inputs, path.split('.')) };
}

/** A check, resources that it finds nothing in, and mistakes, each of which it must find. */
export interface Case {
  readonly check: Check;
  readonly sound: readonly PlannedResource[];
  /** Resources that take the place of those of the same type and name, or are added. */
  readonly mistakes: readonly (readonly PlannedResource[])[];
  /** Names of resources that must not be left out. */
  readonly needed?: readonly string[];
  readonly context?: CheckContext;
}

/** What a case shows: nothing for what is sound, and for each mistake how much was found. */
export function outcome({ check, sound, mistakes, needed = [], context = prodContext }: Case) {
  const found = (resources: readonly PlannedResource[]) => said(check, resources, context);
  const instead = (wrong: readonly PlannedResource[]) => [
    ...sound.filter((each) => !wrong.some(({ type, name }) => type === each.type && name === each.name)),
    ...wrong,
  ];
  return {
    sound: found(sound),
    unseen: [
      ...mistakes.filter((wrong) => found(instead(wrong)).length === 0),
      ...needed.filter((name) => found(sound.filter((each) => each.name !== name)).length === 0),
    ],
  };
}
