import { expect, test } from 'vitest';
import { restApiPaths } from './rest-api-paths.ts';

test('a prefix answers itself and everything below, and nothing else', () => {
  expect(restApiPaths(['/chat'])).toEqual([
    { path: '/chat', parent: '', part: 'chat', answers: true },
    { path: '/chat/{proxy+}', parent: '/chat', part: '{proxy+}', answers: true },
  ]);
});

test('a prefix that only begins like another one has a tree of its own', () => {
  const answering = restApiPaths(['/tenant', '/tenants']).filter(({ answers }) => answers);
  expect(answering.map(({ path, parent }) => [path, parent])).toEqual([
    ['/tenant', ''],
    ['/tenant/{proxy+}', '/tenant'],
    ['/tenants', ''],
    ['/tenants/{proxy+}', '/tenants'],
  ]);
});

test('what only leads down does not answer', () => {
  const paths = restApiPaths(['/v1/chat']);
  expect(paths[0]).toEqual({ path: '/v1', parent: '', part: 'v1', answers: false });
  expect(paths.filter(({ answers }) => answers).map(({ path }) => path)).toEqual([
    '/v1/chat',
    '/v1/chat/{proxy+}',
  ]);
});

test.each([[['/v1/chat', '/v1']], [['/v1', '/v1/chat']]])(
  '%j share their beginning, which stays answered',
  (prefixes) => {
    const paths = restApiPaths(prefixes);
    expect(new Set(paths.map(({ path }) => path)).size).toBe(paths.length);
    expect(paths.find(({ path }) => path === '/v1')?.answers).toBe(true);
  },
);

test('parents come before what is below them', () => {
  const seen = new Set(['']);
  for (const { path, parent } of restApiPaths(['/a/b/c', '/a', '/d'])) {
    expect(seen).toContain(parent);
    seen.add(path);
  }
});
