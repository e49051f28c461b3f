import type { StageSettings } from '../../settings.ts';
import { shortType } from '../counts.ts';
import type { Plan, PlannedResource } from '../plan.ts';
import { plannedId } from '../planned-id.ts';

/** Something in a plan that breaks a guarantee. */
export interface Finding {
  readonly resource: string;
  /** One sentence that says what is wrong with it. */
  readonly problem: string;
}

/** What a plan is meant to be. */
export interface CheckContext {
  readonly settings: StageSettings;
  /** What answers for the streaming function. */
  readonly front: 'function-url' | 'api-gateway';
}

/** Looks at a plan, and finds nothing where it keeps what it promises. */
export type Check = (plan: Plan, context: CheckContext) => Finding[];

export type Inputs = Readonly<Record<string, unknown>>;

export const ofType = (plan: Plan, type: string): PlannedResource[] =>
  plan.resources.filter((each) => each.type === type);

export const finding = ({ type, name }: PlannedResource, problem: string): Finding => ({
  resource: `${shortType(type)} ${name}`,
  problem,
});

/** A finding about what is not there at all. */
export const missing = (resource: string): Finding => ({ resource, problem: 'it is not in the plan' });

/** The value as an object; without one, an empty object. */
export const record = (value: unknown): Inputs =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Inputs) : {};

/** The value as a list of objects; one object is a list of one. */
export function records(value: unknown): Inputs[] {
  if (Array.isArray(value)) return value.map(record);
  return value === undefined || value === null ? [] : [record(value)];
}

/** The value as texts; one text is a list of one. */
export function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The name that a resource has in AWS, as far as the plan knows it. */
export const physicalName = ({ inputs, name }: PlannedResource): string =>
  String(inputs.name ?? inputs.bucket ?? inputs.repository ?? inputs.roleName ?? name);

/** Whether a value of another resource, such as its `bucket` or `roleArn`, means this one. */
export function refersTo(value: unknown, resource: PlannedResource): boolean {
  if (typeof value !== 'string') return false;
  const last = value.split(/[/:]/).at(-1);
  const ids = [plannedId(resource.type, resource.name), `${resource.name}-id`];
  return ids.includes(value) || last === physicalName(resource);
}
