import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerHealth, createHealth, type PartHealth } from './health.ts';

/** Answers with the status that its path names. */
const part = createServer((request, response) => {
  response.writeHead(Number(request.url?.slice(1, 4))).end();
});
let own: PartHealth[] = [];
let addresses: Parameters<typeof createHealth>[0] = {};
const front = createServer((request, response) => {
  void answerHealth(
    request,
    response,
    createHealth(addresses, () => own),
  );
});
const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  for (const server of [part, front]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});
afterAll(() => {
  for (const server of [part, front]) {
    server.closeAllConnections();
    server.close();
  }
});

async function health() {
  const response = await fetch(`${urlOf(front)}/healthz`);
  return { status: response.status, body: await response.json() };
}

test('is well when every part is', async () => {
  own = [{ name: 'gateway', ok: true }];
  addresses = { rag: { url: `${urlOf(part)}/200` } };
  expect(await health()).toEqual({
    status: 200,
    body: {
      status: 'ok',
      parts: [
        { name: 'gateway', ok: true },
        { name: 'rag', ok: true },
      ],
    },
  });
  addresses = { rag: { url: `${urlOf(part)}/500` } };
  expect((await health()).status).toBe(503);
  addresses = { rag: { url: `${urlOf(part)}/404` } };
  expect((await health()).status).toBe(503);
});

test.each([
  ['200', true],
  ['401', true],
  ['404', true],
  ['503', false],
])('an engine of somebody else that answers %s is up: %s, and does not decide', async (status, ok) => {
  own = [];
  addresses = { model: { url: `${urlOf(part)}/${status}`, external: true } };
  expect(await health()).toEqual({
    status: 200,
    body: { status: 'ok', parts: [{ name: 'model', ok, external: true }] },
  });
});

test('takes GET and HEAD', async () => {
  own = [];
  addresses = {};
  expect((await fetch(`${urlOf(front)}/healthz`, { method: 'HEAD' })).status).toBe(200);
  const refused = await fetch(`${urlOf(front)}/healthz`, { method: 'POST', body: 'x' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(await refused.json()).toMatchObject({ type: 'urn:atrium:problem:method-not-allowed' });
});
