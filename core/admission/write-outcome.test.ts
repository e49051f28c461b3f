import { once } from 'node:events';
import { Agent, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { writeOutcome } from './write-outcome.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

/** A server on the loopback interface that does `behave` with each connection's request. */
async function listen(behave: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(behave as never).listen(0, '127.0.0.1');
  servers.push(server);
  server.unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientAt(endpoint: string, maxSockets = 10) {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestHandler: {
      connectionTimeout: 100,
      requestTimeout: 300,
      throwOnRequestTimeout: true,
      httpAgent: new Agent({ keepAlive: true, maxSockets }),
    },
  });
  const update = new UpdateItemCommand({ TableName: 'main', Key: { pk: { S: 'a' } } });
  return () => client.send(update).then(() => 'written', writeOutcome);
}

describe('the outcome of a write, as the real client tells it', () => {
  it('is unwritten when nobody listens', async () => {
    const endpoint = await listen(() => {});
    for (const server of servers) server.close();
    expect(await clientAt(endpoint)()).toBe('unwritten');
  });

  it('is unknown when the answer does not come in time', async () => {
    expect(await clientAt(await listen(() => {}))()).toBe('unknown');
  });

  it('is unwritten when the request never got a connection', async () => {
    const write = clientAt(await listen(() => {}), 1);
    expect(await Promise.all([write(), write()])).toEqual(['unknown', 'unwritten']);
  });

  it('is unknown when the connection breaks after the request', async () => {
    expect(await clientAt(await listen((request) => request.socket.destroy()))()).toBe('unknown');
  });

  it('is unknown when the store answers 500', async () => {
    const endpoint = await listen((_request, response) => response.writeHead(500).end('{}'));
    expect(await clientAt(endpoint)()).toBe('unknown');
  });

  it('is unwritten when throttled and rejected when not allowed', async () => {
    const answers = ['ThrottlingException', 'AccessDeniedException'];
    const endpoint = await listen((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(
        JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${answers.shift()}`, message: '' }),
      );
    });
    const write = clientAt(endpoint);
    expect([await write(), await write()]).toEqual(['unwritten', 'rejected']);
  });
});
