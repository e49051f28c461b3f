import type { Plan, PlannedResource } from '../plan.ts';
import { convertBlock, type LeftOut } from './convert-block.ts';
import { irregularProperties } from './irregular-names.ts';
import { reasonNotToCheck } from './not-checked.ts';
import type { Block, ResourceSchemas } from './provider-schema.ts';
import { resourceTypes } from './resource-type.ts';

type Properties = Readonly<Record<string, unknown>>;

/** What was asked for and cannot be checked, because the provider at hand does not know it. */
export interface NotChecked {
  /** Pulumi's type. */
  readonly type: string;
  readonly name: string;
  /** Pulumi's path without indices; `*` where the whole resource is unknown, `path=value` for a new value. */
  readonly property: string;
  /** How many single values that leaves out. */
  readonly values: number;
}

/** A plan as Terraform reads it. */
export interface TerraformConfig {
  /** The resources of a `*.tf.json` by type and name. */
  readonly resource: Readonly<Record<string, Readonly<Record<string, Properties>>>>;
  /** The planned resource behind each address (`aws_lb.main`). */
  readonly sources: ReadonlyMap<string, PlannedResource>;
  /** How many single values stand in the configuration. */
  readonly checked: number;
  readonly notChecked: readonly NotChecked[];
  /** How many resources there are of each type that is not of the AWS provider. */
  readonly notAws: Readonly<Record<string, number>>;
}

/** The name that Pulumi would draw where a resource needs one and the app gives none. */
const drawnName = 'drawn-by-pulumi';

/** The number of single values in a property, however deep; nothing stands for null and for what is empty. */
export function countValues(value: unknown): number {
  if (value === null || value === undefined) return 0;
  if (typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, each) => sum + countValues(each), 0);
}

/** A name that Terraform takes and no other resource of the type has. */
function freeName(name: string, taken: Properties): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_');
  let free = plain;
  for (let count = 2; free in taken; count += 1) free = `${plain}_${count}`;
  return free;
}

function convertResource({ type, name, inputs }: PlannedResource, terraformType: string, block: Block) {
  const leftOut: LeftOut[] = [];
  const irregular = irregularProperties[terraformType] ?? {};
  const isNew = (assignment: string) => reasonNotToCheck(type, assignment) !== undefined;
  const place = { schemaPath: terraformType, property: '', leftOut, isNew };
  const body = convertBlock(inputs, block, place, irregular);
  const notChecked = leftOut.map(({ property, value }) => ({
    type,
    name,
    property,
    values: countValues(value),
  }));
  const checked = countValues(body);
  const lost = countValues(inputs) - checked - notChecked.reduce((sum, { values }) => sum + values, 0);
  if (lost !== 0) throw new Error(`${type} ${name}: the conversion loses ${lost} values`);
  const nameAttribute = irregular.name ?? 'name';
  const drawn = block.attributes?.[nameAttribute]?.required ? { [nameAttribute]: drawnName } : {};
  return { body: { ...drawn, ...body }, checked, notChecked };
}

/**
 * Turns a plan into a Terraform configuration of literals. Every value of every AWS resource is either in the
 * configuration or in `notChecked`.
 *
 * @param schemas of the AWS provider that will read the configuration.
 * @param prefix of the names, to tell several plans apart in one configuration.
 * @throws Error where a value would be lost.
 */
export function toTerraform(plan: Plan, schemas: ResourceSchemas, prefix = ''): TerraformConfig {
  const resource: Record<string, Record<string, Properties>> = {};
  const sources = new Map<string, PlannedResource>();
  const notChecked: NotChecked[] = [];
  const notAws: Record<string, number> = {};
  const terraformType = resourceTypes(schemas);
  let checked = 0;
  for (const planned of plan.resources) {
    const { type, name, inputs, custom } = planned;
    if (!custom || !type.startsWith('aws:')) {
      notAws[type] = (notAws[type] ?? 0) + 1;
      continue;
    }
    const target = terraformType(type) ?? '';
    const block = schemas[target]?.block;
    if (!block) {
      notChecked.push({ type, name, property: '*', values: countValues(inputs) });
      continue;
    }
    const converted = convertResource(planned, target, block);
    const siblings = resource[target] ?? {};
    const free = freeName(prefix + name, siblings);
    resource[target] = { ...siblings, [free]: converted.body };
    sources.set(`${target}.${free}`, planned);
    notChecked.push(...converted.notChecked);
    checked += converted.checked;
  }
  return { resource, sources, checked, notChecked, notAws };
}
