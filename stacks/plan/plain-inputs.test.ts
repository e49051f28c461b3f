import { describe, expect, it } from 'vitest';
import { plainInputs } from './plain-inputs.ts';
import { secretValue } from './plan.ts';
import { plannedSecrets } from './planned-state.ts';

const key = '4dabf18193072939515e22adb298388d';
const secret = (value: unknown) => ({ [key]: '1b47061264138c4ac30d75fd1eb44270', value });

describe('the inputs in a plan', () => {
  it('hide a secret and nothing beside it', () => {
    const origins = [{ id: 'a', headers: [{ name: 'x-origin', value: secret('hidden') }] }];
    expect(plainInputs({ origins, all: secret({ a: 1 }) })).toEqual({
      origins: [{ id: 'a', headers: [{ name: 'x-origin', value: secretValue }] }],
      all: secretValue,
    });
  });

  it('say of files that there is one', () => {
    const asset = { [key]: 'c44067f5952c0a294b673a41bacd8c17', path: '/a', text: 'b' };
    const archive = { [key]: '0def7320c3a5731c473e5ecbe6d01bc7', assets: { a: asset } };
    expect(plainInputs([asset, archive])).toEqual([{ asset: true }, { asset: true }]);
    const told = { ...archive, assets: { a: { ...asset, text: `key: ${plannedSecrets[0]}` } } };
    expect(plainInputs(told)).toEqual({ asset: true, holdsSecret: true });
  });

  it('have the id of a resource, and the value of an output unless it is secret', () => {
    const resource = { [key]: '5cf8f73096256a8f31e491e813e4eb8e', urn: 'urn:a', id: 'a-1' };
    const output = { [key]: 'd0e6a833031e9bbcd3f4e8bde6ca49a4', value: { b: [1, null] }, dependencies: [] };
    expect(plainInputs([resource, output, { ...output, secret: true }])).toEqual([
      'a-1',
      { b: [1, null] },
      secretValue,
    ]);
  });

  it('are in one order, whatever the code has', () => {
    expect(JSON.stringify(plainInputs({ b: 1, a: { d: 1, c: undefined, b: 2 } }))).toBe(
      '{"a":{"b":2,"d":1},"b":1}',
    );
  });

  it('are refused with a mark of another kind', () => {
    expect(() => plainInputs({ a: { [key]: 'other' } })).toThrow('other');
  });
});
