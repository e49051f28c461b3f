import type { WireRequest } from '../../local/lambda-host/wire-request.ts';

/** A request that events are made of in tests. */
export const wireRequest = (over: Partial<WireRequest> = {}): WireRequest => ({
  method: 'POST',
  target: '/chat',
  httpVersion: '1.1',
  rawHeaders: ['Host', 'localhost:8787'],
  body: Buffer.alloc(0),
  sourceIp: '127.0.0.1',
  receivedAt: new Date('2026-03-12T19:03:58Z'),
  requestId: 'r1',
  ...over,
});
