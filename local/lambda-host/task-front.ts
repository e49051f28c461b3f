import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostedFunction } from './front.ts';
import { PoolFull } from './pool.ts';
import { readBody } from './read-body.ts';
import { WorkerLost } from './worker.ts';

/** Lambda takes this much of an event. */
const maxEventBytes = 6 * 1024 * 1024;

/**
 * Where task functions are invoked: `POST /<function>` with the event. A result answers 200; an error answers 500
 * with its name in `Lambda-Runtime-Function-Error-Type` and `{errorType, errorMessage, stackTrace}`, so that a
 * workflow can tell errors apart as it does on AWS.
 */
export function createTaskFront(functions: ReadonlyMap<string, HostedFunction>): Server {
  // An event may wait for its turn for as long as the workflow that sent it cares to.
  return createServer({ requestTimeout: 0 }, (request, response) => {
    serve(functions, request, response).catch((error) => {
      console.error(error);
      answerError(response, 'Lambda.ServiceException', 'The Lambda host failed.');
    });
  });
}

async function serve(
  functions: ReadonlyMap<string, HostedFunction>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const hosted = functions.get(request.url?.slice(1) ?? '');
  const event = await readBody(request, maxEventBytes);
  if (!hosted) return answerError(response, 'Lambda.ResourceNotFoundException', 'No such function.');
  if (event === undefined) {
    return answerError(response, 'Lambda.RequestTooLargeException', 'The event is larger than 6 MB.');
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const outcome = await hosted.pool.invoke(event.toString('utf8'), '', gone.signal);
    if (outcome.kind === 'error') return answerErrorBody(response, outcome.errorType, outcome.body);
    if (outcome.kind === 'streaming') {
      outcome.stream.resume();
      return answerError(response, 'Runtime.InvalidResponse', 'A task cannot stream.');
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(outcome.body);
  } catch (error) {
    if (error instanceof PoolFull) {
      return answerError(response, 'Lambda.TooManyRequestsException', error.message);
    }
    if (error instanceof WorkerLost) {
      const name = error.reason === 'timed-out' ? 'Sandbox.Timedout' : 'Runtime.ExitError';
      return answerError(response, name, error.message);
    }
    throw error;
  }
}

const answerError = (response: ServerResponse, errorType: string, errorMessage: string): void =>
  answerErrorBody(response, errorType, JSON.stringify({ errorType, errorMessage, stackTrace: [] }));

function answerErrorBody(response: ServerResponse, errorType: string, body: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(500, {
    'content-type': 'application/json',
    'lambda-runtime-function-error-type': errorType.replaceAll(/[^\x20-\x7e]/g, '?'),
  });
  response.end(body);
}
