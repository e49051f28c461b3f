import { describe, expect, it } from 'vitest';
import { terraformNames } from './property-names.ts';

const once = (name: string) => ({ name, several: false });
const often = (name: string) => ({ name, several: true });

describe('property names', () => {
  it.each([
    ['readCapacity', once('read_capacity')],
    ['s3Key', once('s3_key')],
    ['ipv6CidrBlock', once('ipv6_cidr_block')],
    ['attributes', often('attribute')],
    ['globalSecondaryIndexes', often('global_secondary_index')],
    ['policies', often('policy')],
    ['gateways', often('gateway')],
    ['aliases', often('alias')],
    ['ipAddresses', often('ip_address')],
    ['subnetIds', often('subnet_ids')],
    ['ingress', once('ingress')],
  ])('%s is found again', (pulumi, schemaName) => {
    expect(terraformNames([schemaName]).get(pulumi)).toBe(schemaName.name);
  });

  it('a list that came as its only item is found under the singular', () => {
    expect(terraformNames([often('vpc_config')]).get('vpcConfig')).toBe('vpc_config');
  });

  it('a name that is the plural of another stays with the one that is called so', () => {
    const names = terraformNames([often('rule'), often('rules')]);
    expect(names.get('rules')).toBe('rules');
    expect(names.get('rule')).toBe('rule');
  });

  it('what has a name of its own is found under no other', () => {
    const names = terraformNames([once('function_name'), once('handler')], { name: 'function_name' });
    expect([...names]).toEqual([
      ['handler', 'handler'],
      ['name', 'function_name'],
    ]);
  });

  it('a name of its own for what the schema lacks is not invented', () => {
    expect(terraformNames([once('handler')], { name: 'function_name' }).has('name')).toBe(false);
  });
});
