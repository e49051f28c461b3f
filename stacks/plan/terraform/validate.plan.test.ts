import { describe, expect, it } from 'vitest';
import { type Plan, type PlannedResource, readPlan } from '../plan.ts';
import { variants } from '../variants.ts';
import { findTerraform } from './find-terraform.ts';
import { excused } from './not-checked.ts';
import { openTerraformWorkspace } from './terraform-workspace.ts';
import { validate } from './validate.ts';

const terraform = findTerraform();
if ('missing' in terraform) console.log(`SKIPPED: the plans are not validated: ${terraform.missing}`);

const openWorkspace = () => {
  if ('missing' in terraform) throw new Error(terraform.missing);
  return openTerraformWorkspace(terraform);
};

/** The single values in it, counted otherwise than the conversion does. */
function countValues(value: unknown): number {
  let count = 0;
  JSON.stringify(value, (_, each) => {
    if (each !== null && typeof each !== 'object') count += 1;
    return each;
  });
  return count;
}

describe.skipIf('missing' in terraform)('the AWS provider', () => {
  it('finds nothing wrong with any plan, and has seen every value of it', async () => {
    const plans = variants.map(({ name }) => readPlan(name));
    const workspace = await openWorkspace();
    const validations = await validate(plans, workspace);
    expect(validations).toHaveLength(variants.length);
    for (const [at, { faults, checked, unchecked, resources }] of validations.entries()) {
      const aws = (plans[at]?.resources ?? []).filter(
        ({ type, custom }) => custom && type.startsWith('aws:'),
      );
      expect(faults, variants[at]?.name).toEqual([]);
      expect(checked + unchecked).toBe(countValues(aws.map(({ inputs }) => inputs)));
      expect(resources).toBeGreaterThan(50);
      // A handful of new properties may go unchecked, not a whole part of the stage.
      expect(unchecked).toBeLessThan(checked / 20);
    }
    // An excuse that no plan needs would let a later fault through. A newer provider needs fewer.
    const notChecked = validations.flatMap((validation) => validation.notChecked);
    const idle = excused.filter((each) => !notChecked.some((line) => line.startsWith(`${each}: `)));
    if (workspace.providerVersion.startsWith('5.')) expect(idle).toEqual([]);
  });
});

const fn = {
  name: 'f',
  handler: 'a.b',
  runtime: 'nodejs22.x',
  role: 'arn:aws:iam::123456789012:role/f',
  code: { asset: true },
};
const table = {
  name: 't',
  billingMode: 'PAY_PER_REQUEST',
  hashKey: 'pk',
  attributes: [{ name: 'pk', type: 'S' }],
};

/** Resources by what is wrong with them: Pulumi's type and inputs, and a part of what the provider says. */
const broken: Readonly<Record<string, readonly [string, Record<string, unknown>, string]>> = {
  'wrong-type': ['aws:lambda/function:Function', { ...fn, timeout: 'soon' }, 'a number is required'],
  'wrong-type-deep': ['aws:dynamodb/table:Table', { ...table, ttl: 'expires' }, 'object'],
  'missing-argument': ['aws:kms/alias:Alias', { name: 'alias/a' }, '"target_key_id" is required'],
  'missing-argument-deep': [
    'aws:dynamodb/table:Table',
    { ...table, attributes: [{ name: 'pk' }] },
    '"type" is required',
  ],
  'unknown-runtime': ['aws:lambda/function:Function', { ...fn, runtime: 'nodejs99.x' }, 'runtime'],
  'unknown-key-spec': ['aws:kms/key:Key', { customerMasterKeySpec: 'RSA_1' }, 'customer_master_key_spec'],
  'bad-json': ['aws:iam/policy:Policy', { name: 'p', policy: '{"Statement": [' }, 'invalid JSON'],
  'no-arn': ['aws:lambda/function:Function', { ...fn, role: 'f' }, 'arn'],
  'out-of-range': ['aws:sqs/queue:Queue', { visibilityTimeoutSeconds: 43_201 }, 'visibility_timeout_seconds'],
  'cannot-be-set': ['aws:kms/key:Key', { arn: 'arn:aws:kms:us-east-1:123456789012:key/k' }, 'arn'],
  'unknown-property': [
    'aws:kms/key:Key',
    { enableKeyRotations: true },
    'enableKeyRotations cannot be checked',
  ],
  'unknown-property-deep': [
    'aws:dynamodb/table:Table',
    { ...table, ttl: { on: true } },
    'ttl.on cannot be checked',
  ],
  'unknown-resource': ['aws:kms/keys:Keys', {}, '* cannot be checked'],
};
const sound: Readonly<Record<string, readonly [string, Record<string, unknown>]>> = {
  function: ['aws:lambda/function:Function', fn],
  table: ['aws:dynamodb/table:Table', table],
  key: ['aws:kms/key:Key', { enableKeyRotation: true }],
};

const planOf = (resources: PlannedResource[]): Plan => ({
  app: { name: 'atrium', stage: 'dev', removal: 'remove', protect: false },
  resources,
});

describe.skipIf('missing' in terraform)('a validation', () => {
  it('objects to every broken resource and to no sound one', async () => {
    const resources = Object.entries({ ...sound, ...broken }).map(([name, [type, inputs]]) => ({
      type,
      name,
      inputs,
      custom: true,
      parent: '',
      options: {},
    }));
    const validations = await validate([planOf([]), planOf(resources)], await openWorkspace());
    const [none, faults] = validations.map((validation) => validation.faults);
    expect(none).toEqual([]);
    const saidOf = (name: string, type: string) =>
      faults?.filter((fault) => fault.startsWith(`${type} ${name}: `));
    for (const [name, [type, , part]] of Object.entries(broken)) {
      expect(saidOf(name, type)?.join('\n'), name).toContain(part);
    }
    for (const [name, [type]] of Object.entries(sound)) expect(saidOf(name, type)).toEqual([]);
  });

  it('objects to an attribute that no resource of the type has', async () => {
    const workspace = await openWorkspace();
    const found = await workspace.validate({ aws_kms_key: { main: { enable_key_rotations: true } } });
    expect(found.map(({ severity, summary }) => [severity, summary])).toEqual([
      ['error', 'Extraneous JSON object property'],
    ]);
  });
});
