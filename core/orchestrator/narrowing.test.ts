import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Standing, standings } from '../identity/roles.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { mayAsk, mayUse } from './narrowing.ts';

const config = (more: object = {}) => tenantConfigSchema.parse({ tenant_id: 't1', ...more });
const anyStandings = fc.uniqueArray(fc.constantFrom(...standings), { maxLength: standings.length });
const someStandings = fc.uniqueArray(fc.constantFrom(...standings), {
  minLength: 1,
  maxLength: standings.length,
});

/** The two ask the same of different members of the configuration. */
const kinds = [
  { what: 'a route', member: 'route_roles', may: mayAsk },
  { what: 'a tool', member: 'tool_roles', may: mayUse },
] as const;

describe.each(kinds)('the narrowing of $what', ({ member, may }) => {
  it('leaves what it does not name to everybody', () => {
    for (const given of [{}, { [member]: {} }, { [member]: { OTHER: ['owner'] } }])
      for (const held of [...standings.map((one) => [one]), []])
        expect(may(config(given), held, 'NAME')).toBe(true);
  });

  it('is for whoever has one of the standings, by whatever else they are', () => {
    fc.assert(
      fc.property(someStandings, anyStandings, (named, held) => {
        const expected = held.some((one) => named.includes(one));
        expect(may(config({ [member]: { NAME: named } }), held, 'NAME')).toBe(expected);
      }),
    );
  });

  it('lets nobody through who is nothing', () => {
    expect(may(config({ [member]: { NAME: [...standings] } }), [], 'NAME')).toBe(false);
  });

  it('takes a name for itself and not for what every object has', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(may(config({ [member]: { OTHER: ['owner'] } }), ['member'], name)).toBe(true);
      expect(may(config(), ['member'], name)).toBe(true);
    }
    const narrowed = config({ [member]: { constructor: ['owner'] } });
    expect(may(narrowed, ['member'], 'constructor')).toBe(false);
    expect(may(narrowed, ['owner'], 'constructor')).toBe(true);
    expect(may(narrowed, ['member'], 'Constructor')).toBe(true);
  });
});

it('a route that the tenant does not allow is for nobody, whoever it is narrowed to', () => {
  const both = config({ allowed_routes: ['A'], route_roles: { B: [...standings] } });
  const everybody: readonly Standing[] = standings;
  expect([mayAsk(both, everybody, 'A'), mayAsk(both, everybody, 'B')]).toEqual([true, false]);
});

it('a blocked tool is for nobody, whoever it is narrowed to', () => {
  const both = config({ blocked_tools: ['finance'], tool_roles: { finance: [...standings] } });
  expect(mayUse(both, standings, 'finance')).toBe(false);
});

it('routes and tools are narrowed apart', () => {
  const routes = config({ route_roles: { X: ['owner'] } });
  expect([mayAsk(routes, ['member'], 'X'), mayUse(routes, ['member'], 'X')]).toEqual([false, true]);
});
