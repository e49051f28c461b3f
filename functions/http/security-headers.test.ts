import { expect, test } from 'vitest';
import { Problem } from '../../core/problems/problem.ts';
import { createApp } from './app.ts';
import { sseResponse } from './sse.ts';

const finish = Promise.withResolvers<void>();
const app = createApp({ log: () => {} });
app.get('/text', (c) => c.text('x', 200, { 'cache-control': 'private, max-age=60' }));
app.get('/problem', () => {
  throw new Problem('forbidden', 'No.');
});
app.get('/broken', () => {
  throw new Error('inside');
});
app.get('/stream', () => {
  const events = async function* () {
    yield { event: 'one', data: 1 };
    await finish.promise;
  };
  return sseResponse(events(), {}, () => {});
});

test.each([
  ['/text', 200, 'private, max-age=60'],
  ['/problem', 403, 'no-store'],
  ['/broken', 500, 'no-store'],
  ['/nowhere', 404, 'no-store'],
  ['/stream', 200, 'no-store'],
])('%s carries them', async (path, status, cacheControl) => {
  const response = await app.request(path);
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'cache-control': cacheControl,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
  await response.body?.cancel();
});

test('a stream is not read for it: its first event is there before its last', async () => {
  const response = await app.request('/stream');
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toContain('event: one');
  finish.resolve();
});
