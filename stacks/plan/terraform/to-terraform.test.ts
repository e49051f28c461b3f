import { describe, expect, it } from 'vitest';
import { type Plan, type PlannedResource, secretValue } from '../plan.ts';
import type { Block, ResourceSchemas } from './provider-schema.ts';
import { toTerraform } from './to-terraform.ts';

const table: Block = {
  attributes: {
    name: { type: 'string', required: true },
    tags: { type: ['map', 'string'] },
    kinds: { type: ['list', 'string'] },
    policy: { type: 'string' },
    ingress: {
      type: ['set', ['object', { from_port: 'number', cidr_blocks: ['list', 'string'], self: 'bool' }]],
    },
    options: { nested_type: { nesting_mode: 'single', attributes: { is_on: { type: 'bool' } } } },
  },
  block_types: {
    attribute: { nesting_mode: 'set', block: { attributes: { attribute_name: { type: 'string' } } } },
    vpc_config: {
      nesting_mode: 'list',
      max_items: 1,
      block: {
        attributes: { subnet_ids: { type: ['set', 'string'] } },
        block_types: {
          deep: { nesting_mode: 'single', block: { attributes: { size: { type: 'number' } } } },
        },
      },
    },
  },
};

const schemas: ResourceSchemas = {
  aws_dynamodb_table: { block: table },
  aws_lambda_function: {
    block: {
      attributes: {
        function_name: { type: 'string', required: true },
        filename: { type: 'string' },
        runtime: { type: 'string' },
      },
    },
  },
};

const resource = (inputs: Record<string, unknown>, more: Partial<PlannedResource> = {}): PlannedResource => ({
  type: 'aws:dynamodb/table:Table',
  name: 'main',
  custom: true,
  parent: '',
  inputs,
  options: {},
  ...more,
});

const planOf = (...resources: PlannedResource[]): Plan => ({
  app: { name: 'atrium', stage: 'dev', removal: 'remove', protect: false },
  resources,
});

const convert = (inputs: Record<string, unknown>) => toTerraform(planOf(resource(inputs)), schemas);
const converted = (inputs: Record<string, unknown>) => convert(inputs).resource.aws_dynamodb_table?.main;

describe('a plan as Terraform', () => {
  it('gives every property in the place that the schema has for it', () => {
    const inputs = {
      name: 't',
      kinds: ['a', 'b'],
      tags: { camelCase: 'stays', 'a:b': 'c' },
      ingress: [{ fromPort: 1, cidrBlocks: ['10.0.0.0/8'] }],
      options: { isOn: false },
      attributes: [{ attributeName: 'pk' }, { attributeName: 'sk' }],
      vpcConfig: { subnetIds: ['s-1'], deep: { size: 0 } },
    };
    expect(converted(inputs)).toEqual({
      name: 't',
      kinds: ['a', 'b'],
      tags: { camelCase: 'stays', 'a:b': 'c' },
      ingress: [{ from_port: 1, cidr_blocks: ['10.0.0.0/8'], self: null }],
      options: { is_on: false },
      attribute: [{ attribute_name: 'pk' }, { attribute_name: 'sk' }],
      vpc_config: [{ subnet_ids: ['s-1'], deep: { size: 0 } }],
    });
    expect(convert(inputs)).toMatchObject({ checked: 12, notChecked: [] });
  });

  it('keeps a text from being read as a template', () => {
    const policyWith = (tag: string, part: string) =>
      `{"Resource": "x/${tag}{aws:tag}/${part}{y}", "a": "$b 5%"}`;
    expect(
      converted({ name: 't', policy: policyWith('$', '%'), tags: { [policyWith('$', '%')]: '' } }),
    ).toEqual({
      name: 't',
      policy: policyWith('$$', '%%'),
      tags: { [policyWith('$$', '%%')]: '' },
    });
  });

  it('leaves a wrong type wrong, so that Terraform objects', () => {
    const wrong = { name: ['t'], kinds: 'a', vpcConfig: 'b', policy: { a: 1 }, options: [true] };
    expect(converted(wrong)).toEqual({
      name: ['t'],
      kinds: 'a',
      vpc_config: ['b'],
      policy: { a: 1 },
      options: [true],
    });
  });

  it('lists what the schema does not know, at every depth, with its values', () => {
    const config = convert({
      name: 't',
      region: 'us-east-1',
      attributes: [{ attributeName: 'a', newer: { x: 1, y: [2, 3] } }],
      vpcConfig: { subnetIds: [], other: true },
      ingress: [{ fromPort: 1, newest: 'n' }],
    });
    expect(config.notChecked.map(({ property, values }) => [property, values])).toEqual([
      ['region', 1],
      ['attributes.newer', 3],
      ['vpcConfig.other', 1],
      ['ingress.newest', 1],
    ]);
    expect(config.checked).toBe(3);
  });

  it('lists an object that is secret as a whole; a secret text and a secret map are dummies', () => {
    const config = convert({
      name: secretValue,
      tags: secretValue,
      options: secretValue,
      vpcConfig: secretValue,
    });
    expect(config.resource.aws_dynamodb_table?.main).toEqual({
      name: secretValue,
      tags: { secret: secretValue },
    });
    expect(config.notChecked.map(({ property }) => property)).toEqual(['options', 'vpcConfig']);
  });

  it('lists a value that is newer than the provider, and no other of the property', () => {
    const fn = (runtime: string) =>
      toTerraform(planOf(resource({ runtime }, { type: 'aws:lambda/function:Function' })), schemas);
    expect(fn('nodejs24.x').notChecked).toMatchObject([{ property: 'runtime=nodejs24.x', values: 1 }]);
    expect(fn('nodejs22.x')).toMatchObject({ notChecked: [], checked: 1 });
  });

  it('lists a whole resource that the provider lacks', () => {
    const { notChecked } = toTerraform(
      planOf(resource({ a: 1, b: { c: 2 } }, { type: 'aws:new/thing:Thing' })),
      schemas,
    );
    expect(notChecked).toEqual([{ type: 'aws:new/thing:Thing', name: 'main', property: '*', values: 2 }]);
  });

  it('counts what is not of the provider', () => {
    const others = [
      resource({}, { type: 'random:index/randomBytes:RandomBytes' }),
      resource({}, { type: 'sst:aws:Bucket', custom: false }),
      resource({}, { type: 'sst:aws:Bucket', name: 'other', custom: false }),
    ];
    const config = toTerraform(planOf(...others), schemas);
    expect(config.notAws).toEqual({ 'random:index/randomBytes:RandomBytes': 1, 'sst:aws:Bucket': 2 });
    expect(config.sources.size).toBe(0);
  });

  it('gives names that Terraform takes, one to each resource, and finds the resource by it', () => {
    const names = ['a.b', 'a/b', '1', 'plain'];
    const { sources } = toTerraform(
      planOf(...names.map((name) => resource({ name: 'n' }, { name }))),
      schemas,
    );
    expect([...sources].map(([address, { name }]) => [address, name])).toEqual([
      ['aws_dynamodb_table.a_b', 'a.b'],
      ['aws_dynamodb_table.a_b_2', 'a/b'],
      ['aws_dynamodb_table._1', '1'],
      ['aws_dynamodb_table.plain', 'plain'],
    ]);
  });

  it('draws the required name that the app leaves to Pulumi; a file is a name', () => {
    const code = resource({ code: { asset: true } }, { type: 'aws:lambda/function:Function' });
    expect(toTerraform(planOf(code), schemas).resource.aws_lambda_function?.main).toEqual({
      function_name: 'drawn-by-pulumi',
      filename: 'asset',
    });
  });

  it('refuses a resource object where an id belongs', () => {
    expect(() => convert({ name: { __pulumiResource: true } })).toThrow('give its id');
  });

  it('refuses to lose a value', () => {
    // Two names of one property: the second would silently replace the first.
    expect(() => convert({ name: 't', vpcConfig: { subnetIds: ['a'] }, vpcConfigs: [] })).toThrow(
      'loses 1 values',
    );
  });
});
