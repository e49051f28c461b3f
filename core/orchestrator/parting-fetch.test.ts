import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { partingFetch } from './parting-fetch.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serving(answer: (response: ServerResponse, socket: Socket) => void): Promise<string> {
  server = createServer((request, response) => {
    request.resume().once('end', () => answer(response, request.socket));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('what was sent until the other end closed is read, also what comes after the abort', async () => {
  for (let n = 0; n < 30; n++) {
    let sent = '';
    const url = await serving((response, socket) => {
      const timer = setInterval(() => {
        sent += 'piece ';
        response.write('piece ');
      }, 1);
      socket.once('end', () => clearInterval(timer));
    });
    const leaving = new AbortController();
    const response = await partingFetch(url, { method: 'POST', body: 'x', signal: leaving.signal });
    setTimeout(() => leaving.abort(), n / 2);
    expect(await response.text()).toBe(sent);
    server?.close();
  }
});

test('an end that goes on all the same is left after half a second', async () => {
  const url = await serving((response, socket) => {
    // A server that takes no notice of a half that closes.
    socket.removeAllListeners('end');
    const timer = setInterval(() => response.write('piece '), 5);
    response.once('close', () => clearInterval(timer));
  });
  const leaving = new AbortController();
  const response = await partingFetch(url, { signal: leaving.signal });
  const begun = performance.now();
  leaving.abort();
  expect(await response.text()).toContain('piece');
  expect(performance.now() - begun).toBeLessThan(2_000);
});

test('an abort before the answer, or before everything, is the reason that was given', async () => {
  const url = await serving(() => {});
  const leaving = new AbortController();
  const asked = partingFetch(url, { signal: leaving.signal });
  await sleep(50);
  leaving.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await expect(partingFetch(url, { signal: leaving.signal })).rejects.toThrow('enough');
});

test('an answer that breaks while nobody leaves is an error, after what came of it', async () => {
  const url = await serving((response, socket) => {
    response.write('piece ');
    setTimeout(() => socket.destroy(), 20);
  });
  const { body } = await partingFetch(url);
  const read = async () => {
    let text = '';
    try {
      for await (const bytes of body ?? []) text += new TextDecoder().decode(bytes);
      return `${text}, whole`;
    } catch {
      return text;
    }
  };
  expect(await read()).toBe('piece ');
});

test('the status and the headers are those of the answer, which may have no body', async () => {
  const url = await serving((response) => response.writeHead(204, { 'x-a': ['1', '2'] }).end());
  const response = await partingFetch(url);
  expect([response.status, response.headers.get('x-a')]).toEqual([204, '1, 2']);
});
