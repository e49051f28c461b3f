import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { serve } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Engine } from '../../core/orchestrator/engine.ts';
import { adminParts } from '../../test/support/admin-parts.ts';
import { chatStand, engineOf, t1 } from '../../test/support/chat-stand.ts';
import { createAdminApp } from '../admin/app.ts';
import { createAuthenticator } from '../http/authenticate.ts';
import { createRouterApp } from './app.ts';

let stand: Awaited<ReturnType<typeof chatStand>>;
let server: Server | undefined;
let isReady = true;

beforeEach(async () => {
  stand = await chatStand();
  isReady = true;
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** @returns the address that both planes answer at. */
async function listen(engine: Engine): Promise<URL> {
  const app = createRouterApp({
    chat: stand.chatApp({ answerMode: 'generative', engine }),
    admin: createAdminApp({
      ...adminParts(stand.store),
      authenticator: createAuthenticator({ modes: ['header'] }),
    }),
    ready: () => isReady,
  });
  server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const tenant = { 'x-tenant-id': 't1', 'content-type': 'application/json' };
const question = JSON.stringify({ query: 'Which oats are cheaper?' });

test('is ready until it drains', async () => {
  const url = await listen(engineOf(['one']));
  expect((await fetch(new URL('/healthz', url))).status).toBe(200);
  isReady = false;
  expect((await fetch(new URL('/healthz', url))).status).toBe(503);
});

test('streams an answer, shows the configuration, and knows no other address', async () => {
  const url = await listen(engineOf(['one ', 'two ']));
  const answer = await fetch(new URL('/chat', url), { method: 'POST', headers: tenant, body: question });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(/event: start[\s\S]+"one[\s\S]+event: done/);
  const config = await fetch(new URL('/tenant/t1/config', url), { headers: tenant });
  expect(await config.json()).toMatchObject({ tenant_id: 't1' });
  for (const path of ['/', '/chats', '/orchestrate']) {
    const response = await fetch(new URL(path, url), { headers: tenant });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  }
});

test('asks who it is in both planes', async () => {
  const url = await listen(engineOf(['one']));
  const nobody = { 'content-type': 'application/json' };
  const chat = await fetch(new URL('/chat', url), { method: 'POST', headers: nobody, body: question });
  expect(chat.status).toBe(401);
  expect((await fetch(new URL('/tenant/t1/config', url))).status).toBe(401);
  const other = await fetch(new URL('/tenant/t2/config', url), { headers: tenant });
  expect(other.status).toBe(403);
});

test.each(['text/event-stream', 'application/json'])(
  'a client that leaves ends the engine’s work at once: %s',
  async (accept) => {
    let began = () => {};
    const beginning = new Promise<void>((resolve) => {
      began = resolve;
    });
    let stopped = () => {};
    const stopping = new Promise<string>((resolve) => {
      stopped = () => resolve('stopped');
    });
    const endless: Engine = {
      async *stream(_tenant, _prompt, signal) {
        yield { kind: 'text', text: 'one ' };
        began();
        await new Promise<void>((_, reject) =>
          signal.addEventListener('abort', () => {
            stopped();
            reject(signal.reason);
          }),
        );
      },
    };
    const url = await listen(endless);
    const socket = connect(Number(url.port), url.hostname);
    socket.on('error', () => {});
    socket.write(
      `POST /chat HTTP/1.1\r\nhost: x\r\nx-tenant-id: ${t1}\r\naccept: ${accept}\r\ncontent-type: application/json\r\ncontent-length: ${question.length}\r\n\r\n${question}`,
    );
    await beginning;
    socket.destroy();
    const late = new Promise<string>((resolve) => setTimeout(() => resolve('late'), 2_000).unref());
    expect(await Promise.race([stopping, late])).toBe('stopped');
  },
);
