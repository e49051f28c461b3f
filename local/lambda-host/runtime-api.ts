import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** One piece of work, as the Runtime API hands it out. */
export interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly deadlineMs: number;
  readonly functionArn: string;
}

/** What a runtime reports when a handler fails. */
export interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace: readonly string[];
}

/**
 * The Runtime API as a runtime sees it
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Every call rejects when the service is gone.
 */
export class RuntimeApi {
  readonly #base: string;
  // A poll for the next piece of work waits for as long as there is none; Node's own `fetch` would give up.
  readonly #agent = new Agent({ keepAlive: true });

  constructor(address: string) {
    this.#base = `http://${address}/2018-06-01/runtime`;
  }

  async next(): Promise<Invocation> {
    const { headers, body } = await this.#send('GET', '/invocation/next', {});
    return {
      id: String(headers['lambda-runtime-aws-request-id']),
      event: JSON.parse(body.toString()),
      deadlineMs: Number(headers['lambda-runtime-deadline-ms']),
      functionArn: String(headers['lambda-runtime-invoked-function-arn']),
    };
  }

  async respond(id: string, value: unknown): Promise<void> {
    await this.#send('POST', `/invocation/${id}/response`, {}, JSON.stringify(value ?? null));
  }

  async fail(id: string, report: ErrorReport): Promise<void> {
    await this.#reportError(`/invocation/${id}/error`, report);
  }

  async failInit(report: ErrorReport): Promise<void> {
    await this.#reportError('/init/error', report);
  }

  /** Opens the request whose body is a streamed response. */
  openStream(id: string, contentType: string): ClientRequest {
    const opened = request(`${this.#base}/invocation/${id}/response`, {
      agent: this.#agent,
      method: 'POST',
      headers: {
        'lambda-runtime-function-response-mode': 'streaming',
        'transfer-encoding': 'chunked',
        'content-type': contentType,
        trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
      },
    });
    opened.setNoDelay(true);
    opened.flushHeaders();
    return opened;
  }

  async #reportError(path: string, report: ErrorReport): Promise<void> {
    const headers = { 'lambda-runtime-function-error-type': report.errorType };
    await this.#send('POST', path, headers, JSON.stringify(report));
  }

  #send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sent = request(
        this.#base + path,
        { agent: this.#agent, method, headers: { ...headers, ...length } },
        (response) => {
          buffer(response).then((content) => {
            const status = response.statusCode ?? 0;
            if (status < 300) resolve({ headers: response.headers, body: content });
            else reject(new Error(`${path}: status ${status}`));
          }, reject);
        },
      );
      sent.setNoDelay(true);
      sent.once('error', reject);
      sent.end(body);
    });
  }
}

/** What there is to say about a thrown value; its name is the error's type. */
export function errorReport(thrown: unknown): ErrorReport {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), stackTrace: [] };
  return {
    errorType: thrown.name || 'Error',
    errorMessage: thrown.message,
    stackTrace: (thrown.stack ?? '')
      .split('\n')
      .slice(1)
      .map((line) => line.trim()),
  };
}
