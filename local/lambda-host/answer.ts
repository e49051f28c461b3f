import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type Problem, type ProblemCode, problems } from '../../core/problems/problem.ts';
import type { EventShape } from './event-shape.ts';
import { PreludeSplitter } from './prelude.ts';
import type { Prelude } from './response-stream.ts';
import type { Outcome } from './runtime-api-server.ts';

/** Answers with a problem of the product's own table (RFC 9457). */
export function answerProblem(response: ServerResponse, problem: Problem): void {
  answerProblemBody(
    response,
    problem.status,
    { ...problem.body() },
    {
      ...problem.headers,
      ...(problem.retryAfterS !== undefined && { 'retry-after': String(problem.retryAfterS) }),
    },
  );
}

/** Answers that the function failed: a status of gateways, which the product's table does not have. */
export function answerFailure(response: ServerResponse, status: 502 | 504, detail: string): void {
  const code: ProblemCode = 'internal';
  const body = { type: `urn:atrium:problem:${code}`, title: problems[code].title, status, detail };
  answerProblemBody(response, status, body);
}

function answerProblemBody(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return void response.destroy();
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(text);
}

/** Answers with what a function made; settles when the response is out or the client has left. */
export async function answerOutcome(
  response: ServerResponse,
  outcome: Outcome,
  shape: EventShape,
  log: (line: string) => void,
) {
  if (outcome.kind === 'error') {
    log(JSON.stringify({ level: 'ERROR', errorType: outcome.errorType, detail: outcome.body }));
    return answerFailure(response, 502, 'The function failed.');
  }
  if (outcome.kind === 'streaming') return answerStream(response, outcome, shape, log);
  let result: unknown;
  try {
    result = JSON.parse(outcome.body.toString('utf8'));
  } catch {
    return answerFailure(response, 502, 'The function gave no JSON.');
  }
  const made = shape.responseOf(result);
  if (!made) return answerFailure(response, 502, 'The function gave no response.');
  if (!Number.isInteger(made.status) || made.status < 200 || made.status > 599) {
    return answerFailure(response, 502, 'The function gave no valid status.');
  }
  const { 'content-length': stated, ...headers } = clean(made.headers, shape);
  // The answer to HEAD may say how long the body would be, or nothing: 0 would be a claim.
  const length = response.req.method === 'HEAD' && made.body.length === 0 ? stated : made.body.length;
  const more = length === undefined ? {} : { 'content-length': String(length) };
  writeHead(response, made.status, headers, made.cookies, more);
  response.end(made.body);
}

async function answerStream(
  response: ServerResponse,
  { contentType, stream }: Extract<Outcome, { kind: 'streaming' }>,
  shape: EventShape,
  log: (line: string) => void,
): Promise<void> {
  const splitter = shape.hasPrelude(contentType) ? new PreludeSplitter(shape.maxPreludeBytes) : undefined;
  if (!splitter) writeHead(response, 200, { 'content-type': contentType }, []);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const { prelude, body } = splitter ? splitter.push(chunk) : { body: chunk };
      if (prelude) writePrelude(response, prelude, shape);
      if (body) await write(response, body);
    }
  } catch (error) {
    log(
      JSON.stringify({ level: 'ERROR', message: 'the streamed response broke off', detail: String(error) }),
    );
    stream.resume();
    if (!response.headersSent) answerFailure(response, 502, 'The function failed.');
    else response.destroy();
    return;
  }
  const failure = stream.trailers['lambda-runtime-function-error-type'];
  if (failure) {
    log(JSON.stringify({ level: 'ERROR', errorType: failure, message: 'failed after its first write' }));
    // The client must not take what it has for the whole.
    response.destroy();
  } else if (splitter && !splitter.complete) {
    answerFailure(response, 502, 'The function wrote nothing.');
  } else {
    response.end();
  }
}

function writePrelude(response: ServerResponse, prelude: Prelude, shape: EventShape): void {
  const { headers: named, cookies } = shape.preludeOf(prelude);
  const headers = clean(named, shape);
  if (response.req.method !== 'HEAD') delete headers['content-length'];
  writeHead(response, prelude.statusCode ?? 200, headers, cookies);
}

function writeHead(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  cookies: readonly string[],
  more: Record<string, string> = {},
): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    ...more,
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  });
  response.flushHeaders();
}

const connectionHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer']);

function clean(headers: Readonly<Record<string, unknown>>, shape: EventShape): Record<string, string> {
  const kept = Object.entries(headers)
    .map(([name, value]) => [shape.headerNameOf(name.toLowerCase()), String(value)] as const)
    .filter(([name]) => !connectionHeaders.has(name));
  return Object.fromEntries(kept);
}

/** Waits for a slow reader. One that has left is not waited for: the function goes on, as on AWS, into nothing. */
async function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (response.destroyed || response.req.method === 'HEAD' || response.write(chunk)) return;
  const gaveUp = new AbortController();
  try {
    await Promise.race([
      once(response, 'drain', { signal: gaveUp.signal }),
      once(response, 'close', { signal: gaveUp.signal }),
    ]);
  } finally {
    gaveUp.abort();
  }
}
