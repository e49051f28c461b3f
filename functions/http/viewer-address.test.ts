import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { handle } from 'hono/aws-lambda';
import { describe, expect, test } from 'vitest';
import { createOriginCheck } from '../../core/identity/origin-secret.ts';
import { eventShapes } from '../../local/lambda-host/event-shape.ts';
import { wireRequest } from '../../test/support/wire-request.ts';
import { createApp } from './app.ts';
import { withReadableEvents } from './readable-events.ts';

const secret = 'c'.repeat(32);
const isFromOrigin = createOriginCheck({ accept: [secret, secret, secret] });

/** An app that says where a request comes from, and what is left of the front's headers. */
function openApp(behindFront: boolean) {
  const app = createApp({ edge: { isFromOrigin: behindFront ? isFromOrigin : undefined } });
  app.get('/', (c) => {
    const left = [...c.req.raw.headers.keys()].filter((name) => name.startsWith('x-atrium'));
    return c.json({ address: c.var.address ?? null, left });
  });
  return app;
}

/** What a viewer may send to be taken for somebody else. */
const pretended = [
  ...['X-Forwarded-For', '203.0.113.7', 'Forwarded', 'for=203.0.113.7', 'X-Real-Ip', '203.0.113.7'],
  ...['CloudFront-Viewer-Address', '203.0.113.7:1', 'True-Client-Ip', '203.0.113.7'],
];

describe.each(Object.keys(eventShapes) as (keyof typeof eventShapes)[])(
  'in a function behind %s',
  (shape) => {
    const call = async (behindFront: boolean, rawHeaders: readonly string[]) => {
      const event = eventShapes[shape].eventOf(
        wireRequest({
          method: 'GET',
          target: '/',
          sourceIp: '192.0.2.1',
          rawHeaders: ['Host', 'h', ...pretended, ...rawHeaders],
        }),
      );
      const answered = withReadableEvents(handle(openApp(behindFront)));
      const { statusCode, body } = (await answered(event as never, {} as never)) as {
        statusCode: number;
        body: string;
      };
      return statusCode === 200 ? JSON.parse(body) : statusCode;
    };
    const front = ['X-Atrium-Origin', secret];

    test('without a front it is the address that the platform saw, and no header changes it', async () => {
      const seen = { address: '192.0.2.1', left: [] };
      expect(await call(false, [])).toEqual(seen);
      expect(await call(false, ['X-Atrium-Viewer', '203.0.113.7'])).toEqual(seen);
    });

    test('behind a front it is what the front says, and handlers do not see the header', async () => {
      expect(await call(true, [...front, 'X-Atrium-Viewer', '198.51.100.4'])).toEqual({
        address: '198.51.100.4',
        left: [],
      });
    });

    test('behind a front the address of the front itself is nobody’s', async () => {
      expect(await call(true, front)).toEqual({ address: null, left: [] });
    });

    test('whoever comes around the front names no address', async () => {
      expect(await call(true, ['X-Atrium-Viewer', '198.51.100.4'])).toBe(403);
    });
  },
);

test('in a service it is the other end of the connection', async () => {
  const server = serve({ fetch: openApp(false).fetch, hostname: '127.0.0.1', port: 0 }) as Server;
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const headers = { 'x-forwarded-for': '203.0.113.7', 'x-atrium-viewer': '203.0.113.7' };
  expect(await (await fetch(url, { headers })).json()).toEqual({ address: '127.0.0.1', left: [] });
  server.closeAllConnections();
  server.close();
});

test('where nobody knows, it is unknown', async () => {
  expect(await (await openApp(false).request('/')).json()).toEqual({ address: null, left: [] });
});
