import { expect, test } from 'vitest';
import { originHeader } from '../../functions/http/require-origin.ts';
import { frontBehaviors, streamingRoutes } from './front-behaviors.ts';
import { credentialHeaders } from './web-acl-rules.ts';

/** As CloudFront reads a pattern: `*` is any text, everything else itself. */
const matches = (pattern: string, path: string) =>
  pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

const answering = (path: string, behaviors = frontBehaviors()) =>
  behaviors.ordered.find(({ pathPattern }) => matches(pathPattern, path))?.origin ?? behaviors.otherwise;

test.each([
  ['/chat', 'chat'],
  ['/chat/', 'chat'],
  ['/chat/msg_1/cancel', 'chat'],
  ['/tenant/t1/config', 'admin'],
  ['/tenants', 'admin'],
  ['/chatter', 'admin'],
  ['/chat2/x', 'admin'],
  ['/', 'admin'],
  ['/.env', 'admin'],
])('%s is answered by %s', (path, origin) => {
  expect(answering(path)).toBe(origin);
});

test('the first route that matches wins, as at every other gateway', () => {
  const behaviors = frontBehaviors([
    { prefix: '/a/b', function: 'chat' },
    { prefix: '/a', function: 'admin' },
  ]);
  expect(answering('/a/b/c', behaviors)).toBe('chat');
  expect(answering('/a/c', behaviors)).toBe('admin');
});

test('a route that only begins like another one is neither taken by it nor hidden, in either order', () => {
  const routes = [
    { prefix: '/tenant', function: 'admin' },
    { prefix: '/tenants', function: 'chat' },
  ] as const;
  for (const each of [routes, routes.toReversed()]) {
    const behaviors = frontBehaviors(each, 'rag');
    for (const path of ['/tenants', '/tenants/x']) expect(answering(path, behaviors)).toBe('chat');
    for (const path of ['/tenant', '/tenant/t1', '/tenant/tenants'])
      expect(answering(path, behaviors)).toBe('admin');
    for (const path of ['/tenantsx', '/tenan']) expect(answering(path, behaviors)).toBe('rag');
  }
});

test('every function that answers is an origin, once', () => {
  const { origins, ordered, otherwise } = frontBehaviors();
  expect([...origins].sort()).toEqual(
    [...new Set([...ordered.map(({ origin }) => origin), otherwise])].sort(),
  );
});

test('what streams is the chat function alone, under its own prefix', () => {
  expect(streamingRoutes()).toEqual({ chat: ['/chat'] });
});

test('the header that the functions ask for is one that no record keeps', () => {
  expect(credentialHeaders).toContain(originHeader);
});
