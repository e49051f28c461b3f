import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test, vi } from 'vitest';
import { createApp } from './app.ts';
import { serveApp } from './serve-app.ts';

test('a service ends when its answers have, however long its connections would be kept', async () => {
  const finish = Promise.withResolvers<void>();
  const app = createApp();
  app.get('/slow', (c) => {
    const parts = async function* () {
      yield 'one ';
      await finish.promise;
      yield 'two';
    };
    return c.body(ReadableStream.from(parts()).pipeThrough(new TextEncoderStream()));
  });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const ended = Promise.withResolvers<number>();
  let drains = 0;
  const server = serveApp({
    app,
    host: '127.0.0.1',
    port: 0,
    onDrain: () => drains++,
    exit: (code) => ended.resolve(code),
  });
  await once(server, 'listening');
  vi.restoreAllMocks();
  // Load balancers keep theirs for 60 s.
  expect(server.keepAliveTimeout).toBeGreaterThan(60_000);

  const { port } = server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  const asked = request({ host: '127.0.0.1', port, path: '/slow', agent }).end();
  const [answer] = await once(asked, 'response');
  let text = '';
  answer.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  await once(answer, 'data');
  for (let i = 0; i < 2; i++) process.emit('SIGTERM');
  const refused = await fetch(`http://127.0.0.1:${port}/slow`).catch(() => 'refused');
  expect([drains, refused, text]).toEqual([1, 'refused', 'one ']);

  finish.resolve();
  expect(await ended.promise).toBe(0);
  expect(text).toBe('one two');
  agent.destroy();
});
