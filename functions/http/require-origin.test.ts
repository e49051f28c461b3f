import { handle } from 'hono/aws-lambda';
import { expect, test } from 'vitest';
import { createOriginCheck } from '../../core/identity/origin-secret.ts';
import { createApp, onlyMethods } from './app.ts';

const current = 'c'.repeat(32);
const check = createOriginCheck({ accept: ['p'.repeat(32), current, 'n'.repeat(32)] });
const log: unknown[] = [];

function setUp() {
  const seen: unknown[] = [];
  const app = createApp({ log: (...line) => log.push(line), edge: { isFromOrigin: check } });
  app.post('/thing', async (c) => {
    seen.push([...c.req.raw.headers.keys()], c.req.header('x-atrium-origin'), JSON.stringify(c.env));
    return c.text(await c.req.text());
  });
  onlyMethods(app, '/thing', ['POST']);
  app.get('/broken', () => {
    throw new Error('inside');
  });
  return { app, seen };
}

const wrong: readonly (readonly [string, Record<string, string>])[] = [
  ['without the secret', {}],
  ['with an empty one', { 'x-atrium-origin': '' }],
  ['with a wrong one', { 'x-atrium-origin': 'w'.repeat(32) }],
  ['with a good one twice', { 'x-atrium-origin': `${current}, ${current}` }],
  ['with a good one after a wrong one', { 'x-atrium-origin': `w, ${current}` }],
  ['with a good one in another header', { 'x-origin': current }],
];

for (const [how, headers] of wrong) {
  test.each([
    ['POST', '/thing'],
    ['PUT', '/thing'],
    ['GET', '/nowhere'],
    ['GET', '/broken'],
    ['OPTIONS', '/thing'],
  ])(`${how}, %s %s is refused before its body is read`, async (method, path) => {
    let pulled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled = true;
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    const hasBody = method !== 'GET';
    const { app, seen } = setUp();
    const response = await app.request(path, {
      method,
      headers,
      ...(hasBody && { body, duplex: 'half' }),
    } as RequestInit);
    const text = await response.text();
    expect(response.status).toBe(403);
    expect(JSON.parse(text)).toEqual({
      type: 'urn:atrium:problem:forbidden',
      title: 'The caller may not do this',
      status: 403,
      detail: 'This address is not open to you.',
    });
    // Every answer of every app has this one.
    response.headers.delete('cross-origin-resource-policy');
    expect(JSON.stringify([text, ...response.headers])).not.toMatch(/origin/i);
    expect(response.headers.get('allow')).toBeNull();
    expect([pulled, seen]).toEqual([false, []]);
  });
}

test('with a good one a request goes on, and nobody behind sees the secret', async () => {
  const { app, seen } = setUp();
  const event = {
    version: '2.0',
    rawPath: '/thing',
    rawQueryString: '',
    headers: { host: 'h', 'x-atrium-origin': current, 'x-other': 'kept' },
    body: 'hello',
    isBase64Encoded: false,
    requestContext: { domainName: 'h', http: { method: 'POST', path: '/thing' } },
  };
  const result = await handle(app)(event as never);
  expect(result).toMatchObject({ statusCode: 200, body: 'hello' });
  expect(seen[0]).toContain('x-other');
  expect(JSON.stringify(seen)).not.toMatch(/origin|ccc/);
  expect(JSON.stringify(result)).not.toContain('ccc');
});

test('a failure behind it is logged without the secret', async () => {
  const { app } = setUp();
  const response = await app.request('/broken', { headers: { 'x-atrium-origin': current } });
  expect(response.status).toBe(500);
  expect(log).toHaveLength(1);
  expect(JSON.stringify(log)).not.toContain('ccc');
});
