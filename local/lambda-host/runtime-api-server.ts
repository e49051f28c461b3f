import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from './read-body.ts';

/** How one invocation went, as its worker told it. */
export type Outcome =
  | { readonly kind: 'buffered'; readonly body: Buffer }
  /** `stream` also carries the trailers, once it has ended. */
  | { readonly kind: 'streaming'; readonly contentType: string; readonly stream: IncomingMessage }
  | { readonly kind: 'error'; readonly errorType: string; readonly body: string };

export interface Work {
  readonly id: string;
  /** The event, as JSON. */
  readonly payload: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
}

/** What a Runtime API server tells its owner. */
export interface RuntimeListener {
  /** The worker asks for work: it is idle. */
  idle(): void;
  outcome(id: string, outcome: Outcome): void;
  initError(errorType: string, body: string): void;
}

/** Lambda's limit for a buffered response. */
const maxResponseBytes = 6 * 1024 * 1024;

/** The Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) for one worker. */
export class RuntimeApiServer {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  #poll: ServerResponse | undefined;

  constructor(listener: RuntimeListener) {
    this.#listener = listener;
    // A streamed response takes as long as it takes; the function's own timeout bounds it.
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      this.#route(request, response).catch(() => response.destroy());
    });
  }

  /** @returns the address for `AWS_LAMBDA_RUNTIME_API`. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => {
        resolve(`127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
      });
    });
  }

  /** Hands work to the worker, which must be asking for it. */
  give(work: Work): void {
    const poll = this.#poll;
    if (!poll) throw new Error('the worker is not idle');
    this.#poll = undefined;
    poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': work.id,
      'lambda-runtime-deadline-ms': String(work.deadlineMs),
      'lambda-runtime-invoked-function-arn': work.functionArn,
      'lambda-runtime-trace-id': work.traceId,
    });
    poll.end(work.payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (request.method === 'GET' && path.endsWith('/runtime/invocation/next')) {
      this.#poll = response;
      response.once('close', () => {
        if (this.#poll === response) this.#poll = undefined;
      });
      this.#listener.idle();
      return;
    }
    const match = /\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path);
    if (match?.[1]) await this.#result(match[1], match[2] === 'error', request);
    else if (path.endsWith('/runtime/init/error')) {
      const body = await readBody(request, maxResponseBytes);
      this.#listener.initError(errorTypeOf(request), body?.toString() ?? '');
    } else {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  }

  async #result(id: string, failed: boolean, request: IncomingMessage): Promise<void> {
    if (!failed && request.headers['lambda-runtime-function-response-mode'] === 'streaming') {
      const ended = new Promise((resolve) => request.once('close', resolve));
      const contentType = request.headers['content-type'] ?? 'application/octet-stream';
      this.#listener.outcome(id, { kind: 'streaming', contentType, stream: request });
      await ended;
      return;
    }
    const body = await readBody(request, maxResponseBytes);
    if (failed) {
      const outcome = { errorType: errorTypeOf(request), body: body?.toString() ?? '' };
      this.#listener.outcome(id, { kind: 'error', ...outcome });
    } else if (body === undefined) {
      const message = 'the response is larger than 6 MB';
      this.#listener.outcome(id, {
        kind: 'error',
        errorType: 'Function.ResponseSizeTooLarge',
        body: message,
      });
    } else {
      this.#listener.outcome(id, { kind: 'buffered', body });
    }
  }
}

const errorTypeOf = (request: IncomingMessage): string =>
  String(request.headers['lambda-runtime-function-error-type'] ?? 'Error');
