import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What can happen to a call on its way: the connection is cut before the store has seen it; the store does it and the
 * answer is cut off; it reaches the store only after the caller has stopped waiting; the store refuses it as throttled.
 */
export const faults = ['cut before', 'cut after', 'late', 'throttled'] as const;
export type Fault = (typeof faults)[number];

export interface FaultyProxy {
  readonly endpoint: string;
  /** From now on every third call meets the next of these; none: all calls pass. */
  inject(kinds: readonly Fault[]): void;
  /** How many calls met each fault since `inject`. */
  readonly met: ReadonlyMap<Fault, number>;
  /** Waits until nothing is on its way to the store any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const every = 3;
const throttled = JSON.stringify({
  __type: 'com.amazon.coral.availability#ThrottlingException',
  message: 'Rate of requests exceeds the allowed throughput.',
});

/**
 * A proxy on the loopback interface between clients and a store that speaks HTTP.
 *
 * @param target where it forwards to, `http://127.0.0.1:PORT`.
 * @param lateMs how long a late call is held: more than the clients' time-out.
 */
export async function startFaultyProxy(target: string, lateMs: number): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 400 });
  const met = new Map<Fault, number>();
  let kinds: readonly Fault[] = [];
  let calls = 0;
  let underWay = 0;

  function nextFault(): Fault | undefined {
    if (kinds.length === 0) return undefined;
    calls += 1;
    if (calls % every > 0) return undefined;
    const fault = kinds[(calls / every) % kinds.length];
    if (fault) met.set(fault, (met.get(fault) ?? 0) + 1);
    return fault;
  }

  async function forward(call: IncomingMessage, body: Buffer) {
    const { method, url, headers } = call;
    const onward = request(new URL(url ?? '/', target), { method, headers, agent });
    onward.end(body);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) };
  }

  async function handle(call: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(call);
    const fault = nextFault();
    if (fault === 'cut before') return void call.socket.destroy();
    if (fault === 'throttled') {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(throttled);
      return;
    }
    if (fault === 'late') await sleep(lateMs);
    const answer = await forward(call, body);
    if (fault === 'cut after') return void call.socket.destroy();
    // The caller of a late one has left; what is written to it then goes nowhere.
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  const server = createServer((call, response) => {
    underWay += 1;
    handle(call, response)
      .catch(() => call.socket.destroy())
      .finally(() => {
        underWay -= 1;
      });
  });
  // Longer than a run, so that no connection is cut but those that should be.
  server.keepAliveTimeout = 120_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    met,
    inject(next) {
      kinds = next;
      calls = 0;
      met.clear();
    },
    async idle() {
      while (underWay > 0) await sleep(20);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}
