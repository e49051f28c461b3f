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
