import { describe, expect, test } from 'vitest';
import { createOriginCheck } from '../../core/identity/origin-secret.ts';
import { Problem } from '../../core/problems/problem.ts';
import { createApp, onlyMethods } from './app.ts';
import { corsOriginsVariable } from './cors.ts';

const page = 'https://app.example';
const secret = 'c'.repeat(32);
const isFromOrigin = createOriginCheck({ accept: [secret, secret, secret] });

function open(corsOrigins: readonly string[] = [page, 'http://localhost:3000'], front = false) {
  const asked: string[] = [];
  const app = createApp({ edge: { corsOrigins, isFromOrigin: front ? isFromOrigin : undefined } });
  app.use('/thing', async (c, next) => {
    asked.push(c.req.method);
    if (c.req.header('authorization') === undefined) throw new Problem('unauthenticated', 'Who?');
    await next();
  });
  app.post('/thing', (c) => {
    c.header('vary', 'Accept');
    return c.json({}, 200, { ratelimit: 'r' });
  });
  onlyMethods(app, '/thing', ['POST']);
  return { app, asked };
}
const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization',
};
const corsHeaders = (response: Response) =>
  [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
const proven = { authorization: 'Bearer x' };

describe('a page of a listed origin', () => {
  test('is answered its preflight before anybody asks who it is', async () => {
    const { app, asked } = open();
    const response = await app.request('/thing', {
      method: 'OPTIONS',
      headers: { origin: page, ...preflight },
    });
    expect([response.status, asked]).toEqual([204, []]);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET,POST,PUT,DELETE',
      'access-control-allow-headers':
        'authorization,content-type,x-tenant-id,accept,idempotency-key,last-event-id',
      'access-control-max-age': '600',
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers.get('vary')).toContain('Origin');
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });

  test('may read answers, problems and what nobody serves', async () => {
    const { app } = open();
    const cases: [string, Record<string, string>, number][] = [
      ['/thing', proven, 200],
      ['/thing', {}, 401],
      ['/nowhere', {}, 404],
    ];
    for (const [path, headers, status] of cases) {
      const response = await app.request(path, { method: 'POST', headers: { origin: page, ...headers } });
      expect([path, response.status]).toEqual([path, status]);
      expect(response.headers.get('access-control-allow-origin')).toBe(page);
      expect(response.headers.get('access-control-expose-headers')).toBe(
        'ratelimit,ratelimit-policy,retry-after,x-message-id,location,etag,idempotency-replayed',
      );
      expect(response.headers.get('vary')).toContain('Origin');
    }
    const kept = await app.request('/thing', { method: 'POST', headers: { origin: page, ...proven } });
    expect(kept.headers.get('vary')).toBe('Accept, Origin');
  });

  test('is told nothing around the front', async () => {
    const { app } = open([page], true);
    for (const method of ['OPTIONS', 'POST']) {
      const response = await app.request('/thing', { method, headers: { origin: page, ...preflight } });
      expect([response.status, corsHeaders(response)]).toEqual([403, []]);
    }
    const headers = { origin: page, ...preflight, 'x-atrium-origin': secret };
    expect((await app.request('/thing', { method: 'OPTIONS', headers })).status).toBe(204);
  });
});

test.each([
  'https://evil.example',
  'https://app.example.evil.example',
  'https://app.example:8443',
  'http://app.example',
  'https://APP.example',
  'null',
  '',
])('a page of %s is told nothing', async (origin) => {
  const { app } = open();
  for (const [method, status] of [
    ['OPTIONS', 401],
    ['POST', 200],
  ] as const) {
    const headers = { origin, ...(method === 'OPTIONS' ? preflight : proven) };
    const response = await app.request('/thing', { method, headers });
    expect([response.status, corsHeaders(response)]).toEqual([status, []]);
    expect(response.headers.get('vary')).toContain('Origin');
  }
});

test('without the setting nothing is said of origins', async () => {
  const { app } = open([]);
  for (const [headers, status] of [
    [preflight, 401],
    [{ ...preflight, ...proven }, 405],
  ] as const) {
    const response = await app.request('/thing', {
      method: 'OPTIONS',
      headers: { origin: page, ...headers },
    });
    expect([response.status, corsHeaders(response), response.headers.get('vary')]).toEqual([
      status,
      [],
      null,
    ]);
  }
});

describe('the setting', () => {
  test('lists origins as browsers write them', () => {
    const text = 'https://app.example, http://localhost:3000,http://[::1]:8080,https://b.example:8443,';
    expect(corsOriginsVariable.parse(text)).toEqual([
      'https://app.example',
      'http://localhost:3000',
      'http://[::1]:8080',
      'https://b.example:8443',
    ]);
    expect(corsOriginsVariable.parse(undefined)).toEqual([]);
  });

  test.each([
    '*',
    'https://*',
    'https://*.example',
    'null',
    'https://app.example/',
    'https://app.example/path',
    'https://user@app.example',
    'https://app.example:443',
    'https://App.example',
    'http://app.example',
    'http://localhost.evil.example',
    'file:///tmp',
    'app.example',
    'https://good.example,*',
  ])('%s ends the start', (text) => {
    expect(corsOriginsVariable.safeParse(text).success).toBe(false);
  });
});
