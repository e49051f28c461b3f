import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { awslambda, isStreaming, ResponseStream, type StreamingHandler } from './response-stream.ts';
import { errorReport, type Invocation, RuntimeApi } from './runtime-api.ts';

type Handler = (event: unknown, context: object) => unknown;

/**
 * A Lambda runtime: loads the handler that `ATRIUM_HANDLER` names (`module#export`, from the working directory)
 * and hands it one invocation after the other, until the service that hands them out is gone.
 */
export async function serveInvocations(): Promise<never> {
  Object.assign(globalThis, { awslambda });
  const api = new RuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API ?? '');
  let handler: Handler;
  try {
    handler = await load(process.env.ATRIUM_HANDLER ?? '');
  } catch (error) {
    console.error(error);
    await api.failInit(errorReport(error)).catch(() => {});
    process.exit(1);
  }
  try {
    for (;;) await serve(api, handler, await api.next());
  } catch {
    // Only the Runtime API's own failures arrive here; those of handlers have been reported.
    process.exit(0);
  }
}

async function load(name: string): Promise<Handler> {
  const [module, exported] = name.split('#');
  if (!module || !exported) throw new Error('ATRIUM_HANDLER must be module#export');
  const loaded: Record<string, unknown> = await import(pathToFileURL(resolve(module)).href);
  const handler = loaded[exported];
  if (typeof handler !== 'function') throw new TypeError(`${module} does not export a function ${exported}`);
  return handler as Handler;
}

async function serve(api: RuntimeApi, handler: Handler, invocation: Invocation): Promise<void> {
  const context = contextOf(invocation);
  if (isStreaming(handler)) {
    return serveStreaming(api, handler, invocation, context);
  }
  let result: unknown;
  try {
    result = await handler(invocation.event, context);
  } catch (error) {
    console.error(error);
    return api.fail(invocation.id, errorReport(error));
  }
  return api.respond(invocation.id, result);
}

async function serveStreaming(
  api: RuntimeApi,
  handler: StreamingHandler,
  invocation: Invocation,
  context: object,
): Promise<void> {
  const stream = new ResponseStream(api, invocation.id);
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  stream.on('error', () => {});
  let failure: unknown;
  try {
    await handler(invocation.event, stream, context);
    if (!stream.writableEnded) stream.end();
    await closed;
    // A pipeline into the stream destroys it when its source fails, and the handler may have caught that.
    if (!stream.delivered) failure = stream.errored ?? new Error('the response was given up');
  } catch (error) {
    failure = error;
  }
  if (failure === undefined || stream.delivered) return;
  console.error(failure);
  if (stream.started) await stream.failLate(failure);
  else await api.fail(invocation.id, errorReport(failure));
}

/** The context object (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html). */
function contextOf(invocation: Invocation) {
  const env = process.env;
  return {
    awsRequestId: invocation.id,
    invokedFunctionArn: invocation.functionArn,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION ?? '$LATEST',
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - Date.now()),
  };
}
