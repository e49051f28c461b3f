import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Problem } from '../../core/problems/problem.ts';
import { answerFailure, answerOutcome, answerProblem } from './answer.ts';
import { type EventShape, type EventShapeName, eventShapes } from './event-shape.ts';
import { PoolFull, type WorkerPool } from './pool.ts';
import { readBody } from './read-body.ts';
import { refusal, refuseConnection } from './refuse.ts';
import { routeOf } from './route-of.ts';
import { maxPayloadBytes } from './wire-request.ts';
import { WorkerLost } from './worker.ts';

export interface HostedFunction {
  readonly pool: WorkerPool;
  /** What stands in front of it; a function URL unless told. */
  readonly eventShape?: EventShapeName;
  readonly log: (line: string) => void;
}

export interface FrontOptions {
  /** The first that fits decides, see `routeOf`; `httpRoutes` of the resources are such. */
  readonly routes: readonly { readonly prefix: string; readonly function: string }[];
  readonly functions: ReadonlyMap<string, HostedFunction>;
  /** Answers addresses of the host itself; `false` when the address is none of them. */
  readonly own?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/**
 * The HTTP side of the Lambda host: what the function URLs or the REST API, and the router in front of them, are on
 * AWS. It answers 503 when too many requests wait, and never 429: that word belongs to a tenant's limits.
 */
export function createFront(options: FrontOptions): Server {
  // A missing Host header is answered here, too, with a problem.
  const limits = { requestTimeout: 60_000, headersTimeout: 20_000, requireHostHeader: false };
  const server = createServer(limits, (request, response) => {
    const refused = refusal(request);
    if (refused) {
      request.resume();
      return answerProblem(response, refused);
    }
    if (options.own?.(request, response)) return;
    serve(options, request, response).catch((error) => {
      console.error(error);
      if (!response.destroyed) answerFailure(response, 502, 'The function failed.');
    });
  });
  server.on('clientError', (_error, socket) => {
    refuseConnection(socket, new Problem('bad-request', 'This is no HTTP request.'));
  });
  server.on('connect', (_request, socket) => {
    refuseConnection(socket, new Problem('method-not-allowed', 'CONNECT is not served.'));
  });
  return server;
}

async function serve(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? '/';
  const route = routeOf(options.routes, target);
  const hosted = route && options.functions.get(route.function);
  if (!hosted) {
    request.resume();
    return answerProblem(response, new Problem('not-found', 'No such address.'));
  }
  const shape = eventShapes[hosted.eventShape ?? 'function-url'];
  const payload = await payloadOf(request, shape).catch(() => 'gone' as const);
  if (payload === 'gone') return;
  if (payload === undefined) {
    return answerProblem(response, new Problem('too-large', 'A request may have 6 MB, base64 included.'));
  }
  const left = new AbortController();
  response.once('close', () => left.abort());
  try {
    const outcome = await hosted.pool.invoke(payload.json, payload.traceId, left.signal);
    await answerOutcome(response, outcome, shape, hosted.log);
  } catch (error) {
    if (error instanceof PoolFull) {
      answerProblem(response, new Problem('unavailable', 'Too many requests wait.', { retryAfterS: 1 }));
    } else if (error instanceof WorkerLost && error.reason === 'timed-out') {
      answerFailure(response, 504, 'The function did not answer in time.');
    } else if (error instanceof WorkerLost) {
      answerFailure(response, 502, 'The function failed.');
    } else throw error;
  }
}

/** The event as JSON, or `undefined` when it is larger than Lambda takes. */
async function payloadOf(
  request: IncomingMessage,
  shape: EventShape,
): Promise<{ json: string; traceId: string } | undefined> {
  const body = await readBody(request, maxPayloadBytes);
  if (body === undefined) return undefined;
  const event = shape.eventOf({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    body,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    receivedAt: new Date(),
    requestId: randomUUID(),
  });
  const json = JSON.stringify(event);
  if (Buffer.byteLength(json) > maxPayloadBytes) return undefined;
  const [, traceId] = Object.entries(event.headers).find(([name]) => /^x-amzn-trace-id$/i.test(name)) ?? [];
  return { json, traceId: String(traceId ?? '') };
}
