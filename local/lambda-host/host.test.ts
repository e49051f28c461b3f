import type { Server } from 'node:http';
import { request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EventShapeName, eventShapes } from './event-shape.ts';
import { createFront } from './front.ts';
import { WorkerPool } from './pool.ts';
import { startWorker } from './worker.ts';

const lines: string[] = [];
const pools: WorkerPool[] = [];
let server: Server;
let base = '';

function poolOf(file: string, timeoutMs: number, eventShape: EventShapeName) {
  const pool = new WorkerPool(
    () =>
      startWorker({
        name: file,
        arn: `arn:aws:lambda:us-east-1:000000000000:function:${file}`,
        handler: `fixtures/${file}.ts#handler`,
        cwd: import.meta.dirname,
        memoryMb: 256,
        timeoutMs,
        env: {},
        log: (line) => lines.push(line),
      }),
    { min: 1, max: 3 },
  );
  pools.push(pool);
  return { pool, eventShape, log: (line: string) => lines.push(line) };
}

/** What a function is told of one request, by what stands in front of it. */
const told: Readonly<Record<EventShapeName, object>> = {
  'function-url': {
    version: '2.0',
    rawPath: '/buffer/x%20y',
    rawQueryString: 'a=1&a=2',
    queryStringParameters: { a: '1,2' },
    headers: { 'x-two': 'one,two' },
    cookies: ['k=v', 'l=w'],
    body: '{"q":"é"}',
    isBase64Encoded: false,
  },
  'api-gateway': {
    httpMethod: 'POST',
    path: '/buffer/x%20y',
    queryStringParameters: { a: '2' },
    multiValueQueryStringParameters: { a: ['1', '2'] },
    multiValueHeaders: { 'X-Two': ['one'], 'x-two': ['two'], Cookie: ['k=v; l=w'] },
    body: Buffer.from('{"q":"é"}').toString('base64'),
    isBase64Encoded: true,
    requestContext: { path: '/local/buffer/x%20y', stage: 'local', httpMethod: 'POST' },
  },
};

describe.each(Object.keys(eventShapes) as EventShapeName[])('behind the front %s', (shape) => {
  beforeAll(async () => {
    server = createFront({
      routes: [
        { prefix: '/stream', function: 'streams' },
        { prefix: '/buffer', function: 'buffers' },
        { prefix: '/broken', function: 'broken' },
      ],
      functions: new Map([
        ['streams', poolOf('streams', 20_000, shape)],
        ['buffers', poolOf('buffers', 1_500, shape)],
        ['broken', poolOf('missing', 1_500, shape)],
      ]),
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }, 20_000);

  afterAll(() => {
    for (const pool of pools.splice(0)) pool.close();
    lines.length = 0;
    server.closeAllConnections();
    server.close();
  });

  describe('a streaming function', () => {
    test('has its first byte out long before its last', async () => {
      await fetch(`${base}/stream`);
      const began = performance.now();
      const response = await fetch(`${base}/stream/slow`);
      const arrivals: number[] = [];
      let text = '';
      for await (const chunk of response.body ?? []) {
        arrivals.push(performance.now() - began);
        text += Buffer.from(chunk).toString();
      }
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect(text.match(/data: \d/g)).toHaveLength(10);
      expect(arrivals[0]).toBeLessThan(500);
      expect(arrivals.at(-1)).toBeGreaterThan(1_700);
      expect(arrivals.length).toBeGreaterThanOrEqual(8);
    });

    test('that fails before its first write is a 502, and without what went wrong', async () => {
      const response = await fetch(`${base}/stream/early-error`);
      expect(response.status).toBe(502);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.text()).not.toContain('before the first write');
    });

    test.each(['late-error', 'crash'])(
      'that breaks off (%s) leaves a response that is visibly cut',
      async (how) => {
        const response = await fetch(`${base}/stream/${how}`);
        expect(response.status).toBe(200);
        await expect(response.text()).rejects.toThrow();
        expect((await fetch(`${base}/stream`)).status).toBe(200);
      },
    );

    test('has its status and headers before all else, and early', async () => {
      const [long, bare, challenge] = await Promise.all(
        ['long-prelude', 'bare', 'challenge'].map((how) => fetch(`${base}/stream/${how}`)),
      );
      expect([long?.status, bare?.status, challenge?.status]).toEqual(
        shape === 'api-gateway' ? [502, 502, 401] : [200, 200, 401],
      );
      const name = shape === 'api-gateway' ? 'x-amzn-remapped-www-authenticate' : 'www-authenticate';
      expect(challenge?.headers.get(name)).toBe('Bearer');
    });

    test('may have no body', async () => {
      const response = await fetch(`${base}/stream/empty`);
      expect([response.status, response.headers.get('x-empty')]).toEqual([204, 'yes']);
    });

    test('is held back by a slow reader, and loses nothing', async () => {
      const response = await fetch(`${base}/stream/large`);
      await sleep(300);
      let bytes = 0;
      for await (const chunk of response.body ?? []) bytes += chunk.length;
      expect(bytes).toBe(16 * 1024 * 1024);
      // The log comes by another way than the response, and may be later.
      await expect.poll(() => lines.some((line) => /"waits":[1-9]/.test(line))).toBe(true);
    });

    test('is not told that the client has left', async () => {
      const gone = new AbortController();
      const response = await fetch(`${base}/stream/note`, { signal: gone.signal });
      expect(response.status).toBe(200);
      gone.abort();
      await expect.poll(() => lines, { timeout: 3_000 }).toContain('the function went on to its end');
    });
  });

  describe('a buffered function', () => {
    test('gets the request as its front gives it', async () => {
      const response = await raw(
        'POST',
        '/buffer/x%20y?a=1&a=2',
        ['X-Two', 'one', 'x-two', 'two', 'Content-Type', 'application/json', 'Cookie', 'k=v; l=w'],
        '{"q":"é"}',
      );
      const { event, function: name, left } = JSON.parse(response.body);
      expect(response.status).toBe(201);
      expect(response.headers['set-cookie']).toEqual(['c=3; Path=/']);
      expect(event).toMatchObject(told[shape]);
      expect(name).toBe('buffers');
      expect(left).toBeGreaterThan(0);
    });

    test('gets bytes that are no text unchanged', async () => {
      const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256));
      const form = new FormData();
      form.set('file', new Blob([bytes]), 'a.bin');
      const posted = await fetch(`${base}/buffer/bytes`, { method: 'POST', body: form });
      expect(Buffer.from(await posted.arrayBuffer()).includes(bytes)).toBe(true);
    });

    test('may answer with a bare object behind a function URL, and not behind a REST API', async () => {
      const response = await fetch(`${base}/buffer/bare`);
      if (shape === 'api-gateway') expect(response.status).toBe(502);
      else expect([response.status, await response.json()]).toEqual([200, { plain: true }]);
    });

    test('is told of the body of a GET', async () => {
      const response = await raw('GET', '/buffer', ['Content-Type', 'application/json'], '{"a":1}');
      const { body, isBase64Encoded } = JSON.parse(response.body).event;
      expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe('{"a":1}');
    });

    test('answers HEAD without a length where it states none', async () => {
      expect((await fetch(`${base}/buffer/empty`, { method: 'HEAD' })).headers.has('content-length')).toBe(
        false,
      );
      expect((await fetch(`${base}/buffer/stated`, { method: 'HEAD' })).headers.get('content-length')).toBe(
        '149',
      );
    });

    test.each(['HEAD', 'OPTIONS', 'DELETE'])('gets %s as it is', async (method) => {
      const response = await fetch(`${base}/buffer`, { method });
      expect([response.status, response.headers.get('x-method')]).toEqual([201, method]);
    });

    test.each([
      ['throw', 502],
      ['crash', 502],
      ['hang', 504],
    ])('that does %s is a %i, and the next request is served', async (how, status) => {
      const response = await fetch(`${base}/buffer/${how}`);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ type: 'urn:atrium:problem:internal', status });
      expect((await fetch(`${base}/buffer`)).status).toBe(201);
    });

    // The queue is behind the shapes: once is enough.
    test.runIf(shape === 'function-url')(
      'loses none of 500 requests at once',
      async () => {
        const answers = await Promise.all(
          Array.from({ length: 500 }, async (_, i) => {
            const response = await fetch(`${base}/buffer/pause?${i}`);
            return response.status === 200 && (await response.text()) === String(i);
          }),
        );
        expect(answers.filter(Boolean)).toHaveLength(500);
      },
      30_000,
    );
  });

  test('a payload of more than 6 MB is too large, base64 included', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024);
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await fetch(`${base}/buffer`, { method: 'POST', body, headers });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ type: 'urn:atrium:problem:too-large' });
  });

  test.each([
    ['a host with a space', 'GET /buffer HTTP/1.1\r\nHost: a b', 400, 'bad-request'],
    ['half an address', 'GET /buffer HTTP/1.1\r\nHost: [', 400, 'bad-request'],
    ['an empty host', 'GET /buffer HTTP/1.1\r\nHost:', 400, 'bad-request'],
    ['no host', 'GET /buffer HTTP/1.1\r\nX-A: b', 400, 'bad-request'],
    ['two hosts', 'GET /buffer HTTP/1.1\r\nHost: a\r\nHost: b', 400, 'bad-request'],
    ['a user in the host', 'GET /buffer HTTP/1.1\r\nHost: a@b', 400, 'bad-request'],
    ['TRACE', 'TRACE /buffer HTTP/1.1\r\nHost: a', 405, 'method-not-allowed'],
    ['CONNECT', 'CONNECT a:80 HTTP/1.1\r\nHost: a', 405, 'method-not-allowed'],
    ['no HTTP', 'hello', 400, 'bad-request'],
  ])('%s is refused before a function runs', async (_what, head, status, code) => {
    const answer = await wire(`${head}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('content-type: application/problem+json');
    expect(answer).toContain(`"type":"urn:atrium:problem:${code}"`);
  });

  test.each(['localhost', '127.0.0.1:80', '[::1]:8787', 'chat.example.com'])('%s is a host', async (host) => {
    const answer = await wire(`GET /buffer HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
  });

  test('an address of no function is a problem', async () => {
    const response = await fetch(`${base}/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  test('a function that cannot be loaded is a 502, not a request that waits', async () => {
    expect((await fetch(`${base}/broken`)).status).toBe(502);
  });
});

/** What comes back for these bytes, until the other side closes. */
function wire(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
}

function raw(method: string, path: string, headers: string[], body: string) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const host = ['Host', new URL(base).host, 'Content-Length', String(Buffer.byteLength(body))];
      const sent = request(base + path, { method, headers: [...host, ...headers] as never }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      sent.once('error', reject);
      sent.end(body);
    },
  );
}
