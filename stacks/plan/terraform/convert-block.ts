import { secretValue } from '../plan.ts';
import { singleItemLists } from './irregular-names.ts';
import { type SchemaName, terraformNames } from './property-names.ts';
import type { Attribute, Block, NestedBlock, ValueType } from './provider-schema.ts';

type Properties = Readonly<Record<string, unknown>>;

/**
 * What the conversion leaves out: the schema does not know it, it is newer than the provider's values, or it is
 * an object that is secret as a whole.
 */
export interface LeftOut {
  /** Pulumi's path without indices: `vpcConfig.subnetIds`, or `path=value`. */
  readonly property: string;
  readonly value: unknown;
}

interface Place {
  /** Terraform's path, such as `aws_lb.access_logs`, for exceptions by name. */
  readonly schemaPath: string;
  /** Pulumi's path. */
  readonly property: string;
  readonly leftOut: LeftOut[];
  /** Whether the provider is older than this value of the property: `runtime=nodejs99.x`. */
  isNew(assignment: string): boolean;
}

const isObject = (value: unknown): value is Properties =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Text in Terraform's JSON is a template; this makes it stand for itself. */
const escaped = (text: string) => text.replace(/[$%]\{/g, (mark) => mark.charAt(0) + mark);

/** Files and archives become a name: their content is nothing that the provider looks at here. */
const isAsset = (value: unknown) =>
  isObject(value) && value.asset === true && Object.keys(value).length === 1;

/** A value as it is, for what has no names to translate or is of a type that Terraform shall refuse. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return escaped(value);
  if (isAsset(value)) return 'asset';
  if (Array.isArray(value)) return value.map(literal);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [escaped(key), literal(each)]));
}

const isSeveral = (nesting: string) => nesting === 'list' || nesting === 'set';

function attributeRepeats({ type, nested_type: nested }: Attribute): boolean {
  if (nested) return isSeveral(nested.nesting_mode);
  return Array.isArray(type) && isSeveral(type[0]);
}

function schemaNames({ attributes = {}, block_types: blocks = {} }: Block): SchemaName[] {
  return [
    ...Object.entries(attributes).map(([name, each]) => ({ name, several: attributeRepeats(each) })),
    ...Object.entries(blocks).map(([name, each]) => ({ name, several: isSeveral(each.nesting_mode) })),
  ];
}

/** Objects one deeper: of a list, of a map, or alone; a list's only item may come without the list. */
function convertNested(value: unknown, nesting: string, block: Block, place: Place): unknown {
  const one = (each: unknown) => (isObject(each) ? convertBlock(each, block, place) : literal(each));
  if (isSeveral(nesting)) return (Array.isArray(value) ? value : [value]).map(one);
  if (nesting === 'map' && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [escaped(key), one(each)]));
  }
  return one(value);
}

/** Terraform wants every name of an object type; the absent ones are null. */
function convertObject(
  value: Properties,
  fields: Readonly<Record<string, ValueType>>,
  place: Place,
): unknown {
  const attributes = Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { type }]));
  const absent = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
  return { ...absent, ...convertBlock(value, { attributes }, place) };
}

function convertTyped(value: unknown, type: ValueType, place: Place): unknown {
  if (typeof type === 'string' || type[0] === 'tuple') return literal(value);
  if (type[0] === 'object') return isObject(value) ? convertObject(value, type[1], place) : literal(value);
  const item = type[1];
  if (type[0] === 'map') {
    // A map that is secret as a whole is one secret value of it.
    const map = value === secretValue ? { secret: secretValue } : value;
    if (!isObject(map)) return literal(map);
    return Object.fromEntries(
      Object.entries(map).map(([key, each]) => [escaped(key), convertTyped(each, item, place)]),
    );
  }
  const alone = isObject(value) || singleItemLists.has(place.schemaPath);
  const items = alone && !Array.isArray(value) ? [value] : value;
  return Array.isArray(items) ? items.map((each) => convertTyped(each, item, place)) : literal(items);
}

function convertAttribute(value: unknown, attribute: Attribute, place: Place): unknown {
  const { type = 'dynamic', nested_type: nested } = attribute;
  if (!nested) return convertTyped(value, type, place);
  return convertNested(value, nested.nesting_mode, { attributes: nested.attributes }, place);
}

const convertProperty = (value: unknown, member: Attribute | NestedBlock, place: Place) =>
  'block' in member
    ? convertNested(value, member.nesting_mode, member.block, place)
    : convertAttribute(value, member, place);

const takesObject = (member: Attribute | NestedBlock) =>
  'block' in member || member.nested_type !== undefined;

/**
 * Gives the properties of a resource, or of an object in it, in Terraform's names and nesting. Values keep their
 * types: it is for Terraform to object to a wrong one.
 *
 * @param inputs as the plan has them; null is absent.
 * @param place where it stands; what the schema does not know, is newer than the provider or is a secret object is added to its `leftOut`.
 * @param irregular Pulumi's names here that follow no rule.
 */
export function convertBlock(
  inputs: Properties,
  block: Block,
  place: Place,
  irregular: Readonly<Record<string, string>> = {},
): Record<string, unknown> {
  const names = terraformNames(schemaNames(block), irregular);
  const body: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(inputs)) {
    if (value === null || value === undefined) continue;
    if (isObject(value) && '__pulumiResource' in value) {
      throw new Error(`${place.schemaPath}: ${key} is a whole resource; give its id`);
    }
    const property = place.property === '' ? key : `${place.property}.${key}`;
    const name = names.get(key) ?? '';
    const member = block.attributes?.[name] ?? block.block_types?.[name];
    // An object that is secret as a whole has no properties to check.
    const assignment = `${property}=${value}`;
    if (place.isNew(assignment)) {
      place.leftOut.push({ property: assignment, value });
    } else if (member && !(value === secretValue && takesObject(member))) {
      const schemaPath = `${place.schemaPath}.${name}`;
      body[name] = convertProperty(value, member, { ...place, schemaPath, property });
    } else {
      place.leftOut.push({ property, value });
    }
  }
  return body;
}
