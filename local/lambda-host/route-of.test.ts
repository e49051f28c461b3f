import { expect, test } from 'vitest';
import { frontBehaviors } from '../../stacks/front/front-behaviors.ts';
import { httpRoutes } from '../../stacks/resources.ts';
import { routeOf } from './route-of.ts';

const answering = (target: string) => routeOf(httpRoutes, target);

test.each([
  ['/chat', '/chat'],
  ['/chat?a=/tenants', '/chat'],
  ['/chat/msg_1/cancel', '/chat'],
  ['/tenants', '/tenants'],
  ['/tenants?limit=1', '/tenants'],
  ['/tenant/t1/config', '/tenant'],
  ['/tenant/tenants', '/tenant'],
  ['/tenant/', '/tenant'],
])('%s is answered by %s', (target, prefix) => {
  expect(answering(target)?.prefix).toBe(prefix);
});

test.each(['/chatter', '/tenantsx', '/tenan', '/', '', '/TENANTS', '/x/tenants'])(
  '%j is answered by no function',
  (target) => {
    expect(answering(target)).toBeUndefined();
  },
);

test('the routes are found in either order: none hides one that only begins like it', () => {
  const reversed = httpRoutes.toReversed();
  for (const { prefix } of httpRoutes)
    for (const target of [prefix, `${prefix}/x`]) expect(routeOf(reversed, target)?.prefix).toBe(prefix);
});

test('the front in AWS sends every route to the same function', () => {
  const { ordered } = frontBehaviors();
  for (const { pathPattern, origin } of ordered)
    expect(answering(pathPattern.replace('*', 'x'))?.function).toBe(origin);
});
