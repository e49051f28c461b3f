import { expect, test } from 'vitest';
import type { Standing } from '../identity/roles.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { builtInRoutes } from './built-in-routes.ts';
import { chooseRoute, routesOf } from './choose-route.ts';

const config = (more: object) => tenantConfigSchema.parse({ tenant_id: 't1', ...more });
const everything = config({});
const two = config({ allowed_routes: ['PRICE_COMPARE', 'DIET_NUTRITION'] });
const choose = (
  c: typeof everything,
  ranking?: { id: string; score: number }[],
  held: readonly Standing[] = ['member'],
) => chooseRoute(c, held, routesOf(c, builtInRoutes), ranking);

test('the nearest route answers, with its score as confidence', () => {
  expect(choose(everything, [{ id: 'PRICE_COMPARE', score: 0.8 }])).toMatchObject({
    kind: 'answer',
    route: { id: 'PRICE_COMPARE' },
    confidence: 0.8,
    smallTalk: false,
  });
});

test('missing allowed_routes means all of them, an empty list none', () => {
  expect(choose(everything, [{ id: 'GENERAL', score: 0.5 }]).kind).toBe('answer');
  expect(choose(config({ allowed_routes: [] }), [{ id: 'GENERAL', score: 0.5 }]).kind).toBe('blocked');
});

test('a disallowed nearest route is blocked, not replaced by an allowed one', () => {
  const ranking = [
    { id: 'GENERAL', score: 0.9 },
    { id: 'PRICE_COMPARE', score: 0.4 },
  ];
  expect(choose(two, ranking)).toMatchObject({ kind: 'blocked', route: { id: 'GENERAL' } });
});

test('small talk is reported as the general route', () => {
  expect(choose(everything, [{ id: 'SMALL_TALK', score: 0.9 }])).toMatchObject({
    kind: 'answer',
    route: { id: 'GENERAL' },
    smallTalk: true,
  });
});

test('without a ranking the general route answers with confidence 0, where it is allowed', () => {
  expect(choose(everything)).toMatchObject({ kind: 'answer', route: { id: 'GENERAL' }, confidence: 0 });
  expect(choose(two)).toEqual({ kind: 'none' });
});

test('a tenant’s own route replaces the built-in one of the same id', () => {
  const own = config({ routes: [{ id: 'GENERAL', description: 'ours', on_unavailable: 'refuse' }] });
  expect(choose(own)).toMatchObject({
    kind: 'answer',
    route: { description: 'ours', on_unavailable: 'refuse' },
  });
});

test('a route that is not for those who ask is blocked as if the tenant did not allow it at all', () => {
  const ranking = [
    { id: 'PRICE_COMPARE', score: 0.9 },
    { id: 'GENERAL', score: 0.4 },
  ];
  const narrowed = config({ route_roles: { PRICE_COMPARE: ['owner', 'key'] } });
  const refused = choose(narrowed, ranking, ['member']);
  expect(refused.kind).toBe('blocked');
  expect(refused).toEqual(choose(config({ allowed_routes: ['GENERAL'] }), ranking, ['member']));
  for (const held of [['owner'], ['key'], ['member', 'owner']] as const)
    expect(choose(narrowed, ranking, held)).toEqual(choose(everything, ranking, held));
});

test('small talk and questions that cannot be ranked are for whom the general route is for', () => {
  const narrowed = config({ route_roles: { GENERAL: ['owner'], SMALL_TALK: ['member'] } });
  const hello = [{ id: 'SMALL_TALK', score: 0.9 }];
  expect(choose(narrowed, hello, ['owner'])).toMatchObject({ kind: 'answer', smallTalk: true });
  expect(choose(narrowed, hello, ['member'])).toMatchObject({ kind: 'blocked', route: { id: 'GENERAL' } });
  expect(choose(narrowed, undefined, ['owner'])).toMatchObject({ kind: 'answer', confidence: 0 });
  expect(choose(narrowed, undefined, ['member'])).toEqual({ kind: 'none' });
});
