import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { pythonPath } from '../aws/ministack.ts';
import { freePort } from '../processes/free-port.ts';

const listen = (server: Server, port = 0) =>
  new Promise<number>((resolve) =>
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );

test('an event that comes before the host is up waits for it', async () => {
  let told = '';
  let asked = 0;
  const api = createServer(async (request, response) => {
    if (request.method === 'POST') {
      for await (const part of request) told += `${request.url?.split('/').at(-1)} ${part}`;
      response.end();
    } else if (asked++ === 0)
      response.writeHead(200, { 'lambda-runtime-aws-request-id': 'r1' }).end('{"a":1}');
    else response.writeHead(410).end();
  });
  const host = createServer(async (request, response) => {
    let event = '';
    for await (const part of request) event += part;
    response.end(JSON.stringify({ url: request.url, event }));
  });
  const hostPort = await freePort();
  const child = spawn(pythonPath(), ['-I', '-S', join(import.meta.dirname, 'forward.py')], {
    stdio: 'inherit',
    env: {
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${await listen(api)}`,
      ATRIUM_TASK_URL: `http://127.0.0.1:${hostPort}/some-task`,
    },
  });
  try {
    await expect.poll(() => asked).toBe(1);
    await sleep(600);
    expect(told).toBe('');
    await listen(host, hostPort);
    await once(child, 'exit');
    expect(told).toBe(`response ${JSON.stringify({ url: '/some-task', event: '{"a":1}' })}`);
  } finally {
    child.kill('SIGKILL');
    for (const server of [api, host]) {
      server.closeAllConnections();
      server.close();
    }
  }
});
