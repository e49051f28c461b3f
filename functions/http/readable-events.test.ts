import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { describe, expect, test } from 'vitest';
import { withReadableEvents } from './readable-events.ts';

const app = new Hono();
app.all('*', async (c) => {
  const { pathname, search } = new URL(c.req.url);
  return c.text(`${c.req.method} ${pathname}${search} ${await c.req.text()}`);
});

const call = withReadableEvents(handle(app)) as unknown as (
  event: object,
  context: object,
) => Promise<{ body: string; statusCode: number }>;

interface Asked {
  readonly method: string;
  readonly host?: string;
  readonly path?: string;
  readonly body?: string;
}
/** The event of the same request, as each front tells it. */
const shapes: Readonly<Record<string, (asked: Asked) => object>> = {
  'a function URL': ({ method, host = 'host', path = '/chat', body }) => ({
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { host },
    isBase64Encoded: false,
    ...(body !== undefined && { body }),
    requestContext: { domainName: host, http: { method, path } },
  }),
  'a REST API': ({ method, host = 'host', path = '/chat', body }) => ({
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: { Host: host },
    multiValueHeaders: { Host: [host] },
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    isBase64Encoded: false,
    body: body ?? null,
    requestContext: { domainName: host, httpMethod: method, path: `/stage${path}`, stage: 'stage' },
  }),
};

describe.each(Object.keys(shapes))('from %s', (shape) => {
  const eventOf = shapes[shape] ?? (() => ({}));

  test.each<[string, Asked, string]>([
    ['a GET with a body', { method: 'GET', body: '{}' }, 'GET /chat '],
    ['a GET in small letters with a body', { method: 'get', body: '{}' }, 'GET /chat '],
    ['a POST without a body', { method: 'POST' }, 'POST /chat '],
    ['a method that Request refuses', { method: 'TRACE' }, 'UNKNOWN /chat '],
    ['a host that is none', { method: 'POST', host: 'a b', body: 'x' }, 'POST /chat x'],
    [
      'a host that would be a path',
      { method: 'POST', host: 'evil/tenant/t1/config?', body: 'x' },
      'POST /chat x',
    ],
    ['an encoded path', { method: 'GET', path: '/a%2Fb%3Fc' }, 'GET /a%2Fb%3Fc '],
    ['an address that is no path', { method: 'OPTIONS', path: '*' }, 'OPTIONS /* '],
    ['a path that would be a port', { method: 'GET', path: ':x/y' }, 'GET /:x/y '],
    ['a path that was decoded', { method: 'GET', path: '/a?b=c#d' }, 'GET /a%3Fb=c%23d '],
  ])('%s reaches the app', async (_name, asked, seen) => {
    expect(await call(eventOf(asked), {})).toMatchObject({ statusCode: 200, body: seen });
  });
});

test('a streaming handler stays one', () => {
  const streaming = Symbol('streaming');
  const handler = Object.assign(async () => {}, { [streaming]: 'response' });
  expect(Reflect.get(withReadableEvents(handler), streaming)).toBe('response');
});
