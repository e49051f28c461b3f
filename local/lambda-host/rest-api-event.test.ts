import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wireRequest as request } from '../../test/support/wire-request.ts';
import { restApiEvent } from './rest-api-event.ts';
import { restApiPrelude, restApiResponse } from './rest-api-response.ts';

describe('the event of a REST API', () => {
  test('has the fields of a Lambda proxy integration', () => {
    const event = restApiEvent(
      request({ target: '/a%2Fb?x=1&x=2&y=%20&z', rawHeaders: ['HOST', 'h', 'User-Agent', 'u'] }),
    );
    expect(event).toMatchObject({
      resource: '/{proxy+}',
      path: '/a%2Fb',
      httpMethod: 'POST',
      headers: { HOST: 'h', 'User-Agent': 'u' },
      multiValueHeaders: { HOST: ['h'], 'User-Agent': ['u'] },
      queryStringParameters: { x: '2', y: ' ', z: '' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: [' '], z: [''] },
      pathParameters: { proxy: 'a%2Fb' },
      body: null,
      isBase64Encoded: false,
      requestContext: {
        domainName: 'h',
        httpMethod: 'POST',
        identity: { sourceIp: '127.0.0.1', userAgent: 'u' },
        path: '/local/a%2Fb',
        protocol: 'HTTP/1.1',
        requestId: 'r1',
        requestTime: '12/Mar/2026:19:03:58 +0000',
        requestTimeEpoch: 1773342238000,
        stage: 'local',
      },
    });
    expect(event).not.toHaveProperty('version');
  });

  test('without a query has none, and without a path the root', () => {
    expect(restApiEvent(request({ target: '/' }))).toMatchObject({
      path: '/',
      resource: '/',
      pathParameters: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
    });
  });

  test('has every value of a header that comes twice, in whatever spelling', () => {
    const rawHeaders = ['X-Tenant-Id', 't1', 'X-Tenant-Id', 't2', 'x-tenant-id', 't3'];
    const { headers, multiValueHeaders } = restApiEvent(request({ rawHeaders }));
    expect(headers).toMatchObject({ 'X-Tenant-Id': 't2', 'x-tenant-id': 't3' });
    expect(multiValueHeaders).toMatchObject({ 'X-Tenant-Id': ['t1', 't2'], 'x-tenant-id': ['t3'] });
  });

  test('keeps what is between two hops out, and says who asked', () => {
    const rawHeaders = ['Connection', 'close', 'Transfer-Encoding', 'chunked', 'x-forwarded-for', '10.0.0.1'];
    const { headers } = restApiEvent(request({ rawHeaders }));
    expect(Object.keys(headers).sort()).toEqual(['X-Amzn-Trace-Id', 'X-Forwarded-For', 'X-Forwarded-Proto']);
    expect(headers['X-Forwarded-For']).toBe('10.0.0.1, 127.0.0.1');
  });

  test('brings every body through unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const event = restApiEvent(request({ body: Buffer.from(bytes) }));
        expect(event.isBase64Encoded).toBe(bytes.length > 0);
        return Buffer.from(event.body ?? '', 'base64').equals(Buffer.from(bytes));
      }),
    );
  });

  test('survives headers that are named like properties of objects', () => {
    const { multiValueHeaders } = restApiEvent(
      request({ rawHeaders: ['__proto__', 'x', 'constructor', 'y'] }),
    );
    expect(Object.entries(multiValueHeaders)).toEqual(
      expect.arrayContaining([
        ['__proto__', ['x']],
        ['constructor', ['y']],
      ]),
    );
  });
});

describe('the response that a REST API makes', () => {
  test('has the values of both maps of headers, and of the list where both name one', () => {
    const made = restApiResponse({
      statusCode: 200,
      headers: { 'X-One': 'a', 'x-many': 'lost' },
      multiValueHeaders: { 'X-Many': ['1', '2'], 'set-cookie': ['a=1', 'b=2'] },
      body: 'aGk=',
      isBase64Encoded: true,
    });
    expect(made).toEqual({
      status: 200,
      headers: { 'x-one': 'a', 'x-many': '1, 2' },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from('hi'),
    });
  });

  test.each([
    ['nothing', undefined],
    ['text', 'plain'],
    ['an object of another kind', { plain: true }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
  ])('is none for %s', (_what, result) => {
    expect(restApiResponse(result)).toBeUndefined();
  });

  test('takes cookies of a stream from both places', () => {
    expect(
      restApiPrelude({
        headers: { 'X-A': '1' },
        multiValueHeaders: { 'Set-Cookie': ['a=1'] },
        cookies: ['b=2'],
      }),
    ).toEqual({ headers: { 'x-a': '1' }, cookies: ['a=1', 'b=2'] });
  });
});
