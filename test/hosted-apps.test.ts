import { createHash } from 'node:crypto';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type EventShapeName, eventShapes } from '../local/lambda-host/event-shape.ts';
import { createFront } from '../local/lambda-host/front.ts';
import { WorkerPool } from '../local/lambda-host/pool.ts';
import { startWorker } from '../local/lambda-host/worker.ts';
import { httpRoutes } from '../stacks/resources.ts';

const origin = 'o'.repeat(40);
const lines: string[] = [];
const log = (line: string) => void lines.push(line);

function hosted(name: 'chat' | 'admin', eventShape: EventShapeName) {
  const spec = {
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    handler: `test/support/hosted-apps.ts#${name}`,
    cwd: resolve(import.meta.dirname, '..'),
    memoryMb: 256,
    timeoutMs: 20_000,
    env: { ORIGIN_VALUE: origin },
    log,
  };
  // One worker: what is in memory must be there the next time.
  return { pool: new WorkerPool(() => startWorker(spec), { min: 1, max: 1 }), eventShape, log };
}

interface Sent {
  readonly method: string;
  readonly path: string;
  /** Names and values in turn, as they go over the wire. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly host?: string;
  /** What goes into the origin header; nothing when empty. */
  readonly from?: readonly string[];
}

describe.each(Object.keys(eventShapes) as EventShapeName[])('the apps behind the front %s', (shape) => {
  const functions = new Map([
    ['chat', hosted('chat', shape)],
    ['admin', hosted('admin', shape)],
  ]);
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    server = createFront({ routes: httpRoutes, functions });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    port = (server.address() as AddressInfo).port;
    await vi.waitUntil(() => [...functions.values()].every(({ pool }) => pool.live), { timeout: 15_000 });
  }, 20_000);

  afterAll(() => {
    for (const { pool } of functions.values()) pool.close();
    server.closeAllConnections();
    server.close();
  });

  /** Sends bytes as they are, and tells when each piece of the answer came. */
  function send({ method, path, headers = ['X-Tenant-Id', 't1'], body, host, from = [origin] }: Sent) {
    return new Promise<{ status: number; type: string; body: string; atMs: number[] }>((done, failed) => {
      const all = [
        ...['Host', host ?? `127.0.0.1:${port}`],
        ...(body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]),
        ...from.flatMap((value) => ['X-Atrium-Origin', value]),
        ...headers,
      ];
      const sent = request({ port, host: '127.0.0.1', method, path, headers: all as never }, (response) => {
        const began = performance.now();
        const parts: Buffer[] = [];
        const atMs: number[] = [];
        response.on('data', (part: Buffer) => {
          parts.push(part);
          atMs.push(performance.now() - began);
        });
        response.on('end', () =>
          done({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            body: Buffer.concat(parts).toString(),
            atMs,
          }),
        );
      });
      sent.once('error', failed);
      sent.end(body);
    });
  }
  const one = ['X-Tenant-Id', 't1'];
  const json = ['Content-Type', 'application/json'];
  const question = '{"query":"Which oats are cheaper? – é"}';

  test('an answer arrives in pieces, the first long before the last', async () => {
    const answer = await send({ method: 'POST', path: '/chat', headers: [...one, ...json], body: question });
    expect([answer.status, answer.type]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(answer.body.match(/^event: token$/gm)?.length).toBeGreaterThanOrEqual(4);
    expect(answer.body).toContain('event: done');
    expect(answer.atMs.length).toBeGreaterThanOrEqual(5);
    expect((answer.atMs.at(-1) ?? 0) - (answer.atMs[0] ?? 0)).toBeGreaterThan(400);
  });

  test.each<[string, Sent, number, string]>([
    ['an unknown address', { method: 'GET', path: '/chat/nowhere' }, 404, 'not-found'],
    [
      'a wrong method',
      { method: 'PUT', path: '/chat', headers: [...one, ...json], body: question },
      405,
      'method-not-allowed',
    ],
    [
      'a GET with a body',
      { method: 'GET', path: '/chat', headers: [...one, ...json], body: question },
      405,
      'method-not-allowed',
    ],
    ['an empty body', { method: 'POST', path: '/chat', headers: [...one, ...json] }, 400, 'bad-request'],
    ['TRACE', { method: 'TRACE', path: '/chat' }, 405, 'method-not-allowed'],
    ['a host that is none', { method: 'GET', path: '/chat', host: 'a b' }, 400, 'bad-request'],
    [
      '65 KB of chat',
      {
        method: 'POST',
        path: '/chat',
        headers: [...one, ...json],
        body: JSON.stringify({ query: 'a'.repeat(66_000) }),
      },
      413,
      'too-large',
    ],
    [
      '6 MB of chat',
      { method: 'POST', path: '/chat', headers: [...one, ...json], body: 'a'.repeat(6_500_000) },
      413,
      'too-large',
    ],
    [
      'invalid UTF-8',
      { method: 'POST', path: '/chat', headers: [...one, ...json], body: Buffer.from('7b22ff227d', 'hex') },
      400,
      'bad-request',
    ],
    ['no tenant', { method: 'POST', path: '/chat', headers: json, body: question }, 401, 'unauthenticated'],
    [
      'a repeated tenant',
      { method: 'POST', path: '/chat', headers: [...one, ...one, ...json], body: question },
      400,
      'tenant-ambiguous',
    ],
    [
      'two tenants in two spellings',
      { method: 'POST', path: '/chat', headers: [...one, 'x-tenant-id', 't2', ...json], body: question },
      400,
      'tenant-ambiguous',
    ],
    [
      'two tenants at the control plane',
      { method: 'GET', path: '/tenant/t1/config', headers: [...one, 'X-TENANT-ID', 't2'] },
      400,
      'tenant-ambiguous',
    ],
    ['another tenant in the path', { method: 'GET', path: '/tenant/t2/config' }, 403, 'tenant-mismatch'],
    [
      'another tenant behind an encoded slash',
      { method: 'GET', path: '/tenant/t1%2F..%2Ft2/config' },
      400,
      'bad-request',
    ],
    [
      'a query that is encoded into the path',
      { method: 'GET', path: '/tenant/t1%3Fx/config' },
      400,
      'bad-request',
    ],
    ['a parameter that is wrong', { method: 'GET', path: '/tenant/t1/documents?limit=%2B1' }, 422, 'invalid'],
    [
      'no origin secret',
      { method: 'POST', path: '/chat', headers: [...one, ...json], body: question, from: [] },
      403,
      'forbidden',
    ],
    [
      'no origin secret at an unknown address',
      { method: 'GET', path: '/chat/nowhere', from: [] },
      403,
      'forbidden',
    ],
    [
      'a wrong origin secret',
      { method: 'GET', path: '/tenant/t1/config', from: ['w'.repeat(40)] },
      403,
      'forbidden',
    ],
    [
      'the origin secret twice',
      { method: 'GET', path: '/tenant/t1/config', from: [origin, origin] },
      403,
      'forbidden',
    ],
    [
      'the origin secret after a wrong one',
      { method: 'GET', path: '/tenant/t1/config', from: ['w', origin] },
      403,
      'forbidden',
    ],
  ])('%s is a problem', async (_what, sent, status, code) => {
    const answer = await send(sent);
    expect([answer.status, JSON.parse(answer.body).type]).toEqual([status, `urn:atrium:problem:${code}`]);
    expect(answer.type).toContain('application/problem+json');
  });

  test('an upload of bytes that are no text arrives as it was sent', async () => {
    // Of another length behind each front, so that no line of the other one's is taken for this one's.
    const length = 100_000 + shape.length;
    const bytes = Buffer.from(Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) % 256));
    const form = new FormData();
    form.set('file', new Blob([bytes]), 'a.pdf');
    const encoded = new Response(form);
    const answer = await send({
      method: 'POST',
      path: '/tenant/t1/documents',
      headers: [...one, 'Content-Type', encoded.headers.get('content-type') ?? ''],
      body: Buffer.from(await encoded.arrayBuffer()),
    });
    expect(answer.status).toBe(202);
    const stored = JSON.stringify({ stored: createHash('sha256').update(bytes).digest('hex') });
    // The log comes by another way than the answer, and may be later.
    await expect.poll(() => lines).toContain(stored);
  });

  test('parameters of a query arrive as they were sent', async () => {
    const listed = async (query: string) =>
      JSON.parse((await send({ method: 'GET', path: `/tenant/t1/documents${query}` })).body);
    const form = new FormData();
    form.set('file', new Blob(['another']), 'b.txt');
    const encoded = new Response(form);
    const headers = [...one, 'Content-Type', encoded.headers.get('content-type') ?? ''];
    await send({
      method: 'POST',
      path: '/tenant/t1/documents',
      headers,
      body: Buffer.from(await encoded.arrayBuffer()),
    });
    // Both reach the app, which takes neither: a front that kept one would have chosen for it.
    expect(await listed('?limit=1&limit=50')).toMatchObject({ errors: [{ field: 'query:limit' }] });
    const first = await listed('?limit=1');
    expect(first.documents).toHaveLength(1);
    const second = await listed(`?limit=1&cursor=${encodeURIComponent(first.cursor)}`);
    expect(second.documents).toHaveLength(1);
    expect(second.documents[0].document_id).not.toBe(first.documents[0].document_id);
  });

  test('the origin secret is in no line of a log', () => {
    expect(lines.join('\n')).not.toContain(origin);
  });
});
