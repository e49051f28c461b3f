import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Fault, startFaultyProxy } from './faulty-proxy.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Three calls one after the other, the third with a fault: what each came to, and what the store has seen. */
async function threeCalls(fault: Fault) {
  const seen: string[] = [];
  const server = createServer(async (call, response) => {
    seen.push(call.url ?? '');
    response.end('done');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const proxy = await startFaultyProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 400);
  ends.push(() => proxy.close());
  proxy.inject([fault]);
  const came: string[] = [];
  for (const n of [1, 2, 3]) {
    const call = fetch(`${proxy.endpoint}/${n}`, {
      method: 'POST',
      body: 'x',
      signal: AbortSignal.timeout(200),
    });
    came.push(
      await call.then(
        (answer) => answer.text(),
        () => 'no answer',
      ),
    );
  }
  const seenAtOnce = [...seen];
  await proxy.idle();
  return { came, seenAtOnce, seen, met: proxy.met.get(fault) };
}

test('a call that is cut before never reaches the store', async () => {
  const { came, seen, met } = await threeCalls('cut before');
  expect({ came, seen, met }).toEqual({ came: ['done', 'done', 'no answer'], seen: ['/1', '/2'], met: 1 });
});

test('a call that is cut after was done, and its caller is not told', async () => {
  const { came, seen } = await threeCalls('cut after');
  expect({ came, seen }).toEqual({ came: ['done', 'done', 'no answer'], seen: ['/1', '/2', '/3'] });
});

test('a late call reaches the store when its caller has stopped waiting', async () => {
  const { came, seenAtOnce, seen } = await threeCalls('late');
  expect({ came, seenAtOnce, seen }).toEqual({
    came: ['done', 'done', 'no answer'],
    seenAtOnce: ['/1', '/2'],
    seen: ['/1', '/2', '/3'],
  });
});

test('a throttled call is refused as DynamoDB does, and not done', async () => {
  const { came, seen } = await threeCalls('throttled');
  expect(came[2]).toContain('ThrottlingException');
  expect(seen).toEqual(['/1', '/2']);
});
