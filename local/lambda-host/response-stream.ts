import type { ClientRequest } from 'node:http';
import { Writable } from 'node:stream';
import { type ErrorReport, errorReport, type RuntimeApi } from './runtime-api.ts';

/** Status, headers and cookies of a streamed HTTP response. */
export interface Prelude {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Read by a REST API only. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
}

/** Content type that tells the host that a prelude comes before the body. */
export const integrationContentType = 'application/vnd.awslambda.http-integration-response';

/**
 * The stream that a streaming handler writes its response to. Nothing is sent before the first write, so a handler
 * that fails earlier is reported like any other; the one that fails later is reported in the trailers.
 */
export class ResponseStream extends Writable {
  readonly #api: RuntimeApi;
  readonly #id: string;
  #request: ClientRequest | undefined;
  #accepted: Promise<void> | undefined;
  #contentType = 'application/octet-stream';
  #prelude: string | undefined;

  constructor(api: RuntimeApi, id: string) {
    super();
    this.#api = api;
    this.#id = id;
  }

  get started(): boolean {
    return this.#request !== undefined;
  }

  /** Whether the response was sent to its end, for better or worse. */
  get delivered(): boolean {
    return this.#request?.writableEnded === true;
  }

  setContentType(contentType: string): void {
    this.#contentType = contentType;
  }

  setPrelude(prelude: Prelude): void {
    this.#contentType = integrationContentType;
    this.#prelude = JSON.stringify(prelude);
  }

  /** Reports a failure after the first write, and ends the response. */
  async failLate(thrown: unknown): Promise<void> {
    const report: ErrorReport = errorReport(thrown);
    const request = this.#open();
    request.addTrailers({
      'Lambda-Runtime-Function-Error-Type': report.errorType.replaceAll(/[^\x20-\x7e]/g, '?'),
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(report)).toString('base64'),
    });
    request.end();
    await this.#accepted;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const request = this.#open();
    // Node's client buffers without a limit; waiting for `drain` hands the reader's pace on to the handler.
    if (chunk.length === 0 || request.write(chunk)) done();
    else request.once('drain', () => done());
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#open().end();
    this.#accepted?.then(() => done(), done);
  }

  #open(): ClientRequest {
    if (this.#request) return this.#request;
    const request = this.#api.openStream(this.#id, this.#contentType);
    this.#request = request;
    this.#accepted = new Promise((resolve, reject) => {
      request.once('response', (response) => response.resume().once('end', resolve));
      request.once('error', reject);
    });
    this.#accepted.catch((error) => this.destroy(error));
    if (this.#prelude !== undefined)
      request.write(Buffer.concat([Buffer.from(this.#prelude), Buffer.alloc(8)]));
    return request;
  }
}

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');

export type StreamingHandler = (event: unknown, stream: Writable, context: object) => Promise<unknown>;

/** Whether `awslambda.streamifyResponse` made the handler. */
export const isStreaming = (handler: object): handler is StreamingHandler =>
  (handler as Record<symbol, unknown>)[streaming] === 'response';

/** The global that AWS's Node.js runtime gives to functions. */
export const awslambda = {
  streamifyResponse<H extends object>(handler: H): H {
    return Object.assign(handler, { [streaming]: 'response' });
  },
  HttpResponseStream: {
    from(stream: Writable, prelude: Prelude): Writable {
      if (!(stream instanceof ResponseStream))
        throw new TypeError('not the response stream of an invocation');
      stream.setPrelude(prelude);
      return stream;
    },
  },
};
