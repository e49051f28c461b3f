import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * The runtime of functions that no URL leads to: takes one invocation after the other from the Runtime API
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) and hands it to the handler. Errors keep their
 * names, since workflows tell them apart by name.
 */
const projectDir = resolve(import.meta.dirname, '../..');
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

const [module, exported] = (process.env.ATRIUM_HANDLER ?? process.env._HANDLER ?? '').split('#');
if (!module || !exported) throw new Error('the handler must be named as module#export');

let handler: (event: unknown, context: object) => unknown;
try {
  const loaded: Record<string, unknown> = await import(pathToFileURL(resolve(projectDir, module)).href);
  const found = loaded[exported];
  if (typeof found !== 'function') throw new TypeError(`${module} does not export a function ${exported}`);
  handler = found as typeof handler;
} catch (error) {
  console.error(error);
  await post('init/error', error);
  process.exit(1);
}

for (;;) {
  // When the service that hands out invocations is gone, so is the reason for this process.
  const next = await fetch(`${api}/invocation/next`, { signal: null }).catch(() => process.exit(0));
  if (!next.ok) process.exit(0);
  const id = next.headers.get('lambda-runtime-aws-request-id') ?? '';
  const deadlineMs = Number(next.headers.get('lambda-runtime-deadline-ms') ?? 0);
  const arn = next.headers.get('lambda-runtime-invoked-function-arn') ?? '';
  try {
    const result = await handler(await next.json(), {
      awsRequestId: id,
      invokedFunctionArn: arn,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    });
    await post(`invocation/${id}/response`, result ?? null);
  } catch (error) {
    console.error(error);
    await post(`invocation/${id}/error`, error);
  }
}

async function post(path: string, value: unknown): Promise<void> {
  const failed = value instanceof Error;
  const body = failed
    ? {
        errorType: value.name,
        errorMessage: value.message,
        stackTrace: (value.stack ?? '').split('\n').slice(1),
      }
    : value;
  await fetch(`${api}/${path}`, {
    method: 'POST',
    headers: failed ? { 'lambda-runtime-function-error-type': value.name } : {},
    body: JSON.stringify(body),
  }).catch(() => process.exit(0));
}
