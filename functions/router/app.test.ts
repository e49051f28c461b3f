import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { serve } from '@hono/node-server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryAdmission } from '../../core/admission/admission.memory.ts';
import type { Admission, Settlement } from '../../core/admission/admission.ts';
import type { Used } from '../../core/admission/schema.ts';
import type { Engine } from '../../core/orchestrator/engine.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
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
async function listen(engine: Engine, admission?: Admission & Settlement): Promise<URL> {
  const app = createRouterApp({
    chat: stand.chatApp({ answerMode: 'generative', engine, ...(admission && { admission }) }),
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

test.each(['text/event-stream', 'application/json'])(
  'a client that leaves is charged for what was produced, at once and once: %s',
  async (accept) => {
    const config = { tenant_id: 't1', tokens_per_minute: 100_000, cost_usd_per_day: 1, max_concurrent: 1 };
    await stand.store.put(t1, tenantConfigSchema.parse(config), false);
    const memory = createMemoryAdmission({ epochsOf: stand.store.epochsOf });
    const settled: Used[] = [];
    const admission: typeof memory = {
      ...memory,
      settle(...asked) {
        settled.push(asked[2]);
        return memory.settle(...asked);
      },
    };
    const pieces = Array.from({ length: 200 }, (_, n) => `${n} `);
    const url = await listen(engineOf(pieces, 50), admission);
    const socket = connect(Number(url.port), url.hostname);
    socket.on('error', () => {});
    socket.write(
      `POST /chat HTTP/1.1\r\nhost: x\r\nx-tenant-id: ${t1}\r\naccept: ${accept}\r\ncontent-type: application/json\r\ncontent-length: ${question.length}\r\n\r\n${question}`,
    );
    await expect.poll(async () => (await memory.open(t1)).length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 600));
    socket.destroy();
    await expect.poll(() => stand.told, { timeout: 2_000 }).toMatchObject([{ decidedBy: 'cancelled' }]);
    expect(settled).toHaveLength(1);
    const [used] = settled;
    expect(used?.promptTokens).toBe(100);
    expect(used?.completionTokens).toBe(stand.told[0]?.completionTokens);
    expect(used?.completionTokens).toBeGreaterThan(2);
    expect(used?.completionTokens).toBeLessThan(40);
    expect(await memory.open(t1)).toEqual([]);
  },
);
