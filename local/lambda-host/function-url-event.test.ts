import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wireRequest as request } from '../../test/support/wire-request.ts';
import { functionUrlEvent } from './function-url-event.ts';

describe('the event of a function URL', () => {
  test('has the fields of payload format 2.0', () => {
    const event = functionUrlEvent(
      request({ target: '/a%2Fb?x=1&x=2&y=%20', rawHeaders: ['HOST', 'h', 'User-Agent', 'u'] }),
    );
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%2Fb',
      rawQueryString: 'x=1&x=2&y=%20',
      queryStringParameters: { x: '1,2', y: ' ' },
      isBase64Encoded: false,
      requestContext: {
        domainName: 'h',
        http: { method: 'POST', path: '/a%2Fb', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'u' },
        requestId: 'r1',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: 1773342238000,
      },
    });
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('cookies');
  });

  test('joins a header that comes twice, so that both values are seen', () => {
    const rawHeaders = ['X-Tenant-Id', 't1', 'x-tenant-id', 't2', 'Cookie', 'a=1; b=2', 'Cookie', 'c=3'];
    const event = functionUrlEvent(request({ rawHeaders }));
    expect(event.headers['x-tenant-id']).toBe('t1,t2');
    expect(event.cookies).toEqual(['a=1', 'b=2', 'c=3']);
  });

  test('keeps what is between two hops out, and says who asked', () => {
    const rawHeaders = ['Connection', 'close', 'Transfer-Encoding', 'chunked', 'X-Forwarded-For', '10.0.0.1'];
    const { headers } = functionUrlEvent(request({ rawHeaders }));
    expect(headers).not.toHaveProperty('connection');
    expect(headers).not.toHaveProperty('transfer-encoding');
    expect(headers['x-forwarded-for']).toBe('10.0.0.1, 127.0.0.1');
    expect(headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  test.each([
    ['application/json', '{"a":"é"}', false],
    ['text/plain; charset=utf-8', 'é', false],
    ['application/problem+json', '{}', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['multipart/form-data; boundary=x', '--x--', true],
    ['application/octet-stream', 'abc', true],
    ['', 'abc', true],
  ])('has a body of type %j as text or as base64', (type, text, base64) => {
    const event = functionUrlEvent(request({ rawHeaders: ['Content-Type', type], body: Buffer.from(text) }));
    expect(event.isBase64Encoded).toBe(base64);
    expect(event.body).toBe(base64 ? Buffer.from(text).toString('base64') : text);
  });

  test('brings every body through unchanged, whatever its type says', () => {
    const types = fc.constantFrom('application/json', 'text/plain', 'application/pdf');
    fc.assert(
      fc.property(types, fc.uint8Array({ minLength: 1, maxLength: 200 }), (type, bytes) => {
        const event = functionUrlEvent(
          request({ rawHeaders: ['content-type', type], body: Buffer.from(bytes) }),
        );
        const back = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
        return back.equals(Buffer.from(bytes));
      }),
    );
  });

  test('survives headers that are named like properties of objects', () => {
    const { headers } = functionUrlEvent(request({ rawHeaders: ['__proto__', 'x', 'constructor', 'y'] }));
    expect(Object.entries(headers)).toEqual(
      expect.arrayContaining([
        ['__proto__', 'x'],
        ['constructor', 'y'],
      ]),
    );
  });
});
