import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { expect, test } from 'vitest';
import { withReadableEvents } from './readable-events.ts';

const app = new Hono();
app.all('*', async (c) => c.text(`${c.req.method} ${new URL(c.req.url).pathname} ${await c.req.text()}`));

const call = withReadableEvents(handle(app)) as unknown as (
  event: object,
  context: object,
) => Promise<{ body: string; statusCode: number }>;
const eventOf = (method: string, domainName: string, body?: string) => ({
  version: '2.0',
  rawPath: '/chat',
  rawQueryString: '',
  headers: { host: domainName },
  isBase64Encoded: false,
  ...(body !== undefined && { body }),
  requestContext: { domainName, http: { method, path: '/chat' } },
});

test.each([
  ['a GET with a body', 'GET', 'host', '{}', 'GET /chat '],
  ['a method that Request refuses', 'TRACE', 'host', undefined, 'UNKNOWN /chat '],
  ['a host that is none', 'POST', 'a b', 'x', 'POST /chat x'],
  ['a host that would be a path', 'POST', 'evil/tenant/t1/config?', 'x', 'POST /chat x'],
])('%s reaches the app', async (_name, method, host, body, seen) => {
  expect(await call(eventOf(method, host, body), {})).toMatchObject({ statusCode: 200, body: seen });
});

test('a streaming handler stays one', () => {
  const streaming = Symbol('streaming');
  const handler = Object.assign(async () => {}, { [streaming]: 'response' });
  expect(Reflect.get(withReadableEvents(handler), streaming)).toBe('response');
});
