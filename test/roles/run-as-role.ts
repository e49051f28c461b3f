import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { functionEnv } from '../../local/aws/function-env.ts';
import { arns, physical } from '../../local/aws/names.ts';
import { startWorker } from '../../local/lambda-host/worker.ts';
import { type FunctionName, type FunctionResource, functions } from '../../stacks/resources.ts';
import type { EmulatedRole } from './emulated-roles.ts';

const projectDir = resolve(import.meta.dirname, '../..');
const model = (name: string) => resolve(projectDir, '.cache/models', name);
const listeningTimeoutMs = 20_000;

/** Files that the container images hold. */
export const embedderFiles = {
  EMBEDDER_MODEL_PATH: process.env.EMBEDDER_MODEL_PATH ?? model('bge-small-en-v1.5-q.onnx'),
  EMBEDDER_TOKENIZER_PATH: process.env.EMBEDDER_TOKENIZER_PATH ?? model('bge-small-en-v1.5-tokenizer.json'),
};

/** Everything that a process needs to reach AWS: this role's credentials, and no others. */
const awsEnv = (role: EmulatedRole, endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: role.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: role.credentials.secretAccessKey,
  AWS_SESSION_TOKEN: role.credentials.sessionToken,
  ...(role.tenantRoleArn !== undefined && { TENANT_ROLE_ARN: role.tenantRoleArn }),
});

export interface FunctionRun {
  /** @returns what the handler returns; rejects with the name and the words of its error. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends the process. */
  stop(): void;
}

/**
 * Starts a function's process as the local stage does, with its real handler and the credentials of its role.
 *
 * @param issuers `AUTH_ISSUERS`.
 */
export async function startFunctionAs(
  role: EmulatedRole,
  name: FunctionName,
  endpoint: string,
  issuers: string,
): Promise<FunctionRun> {
  const { handler, memoryMb, timeoutS }: FunctionResource = functions[name];
  const settings = {
    ...embedderFiles,
    TENANT_ROLE_ARN: role.tenantRoleArn,
    ORIGIN_SECRET_NAME: physical('origin'),
    AUTH_MODES: 'header,jwt,key',
    AUTH_ISSUERS: issuers,
    TENANT_CREATION: 'owner',
    ANSWER_MODE: 'extractive',
    // Neither is there: a chat answers without documents then.
    RAG_SERVICE_URL: 'http://127.0.0.1:9',
    VLLM_SERVICE_URL: 'http://127.0.0.1:9',
  };
  const lines: string[] = [];
  const worker = await startWorker({
    name: physical(name),
    arn: arns.function(name),
    handler,
    cwd: projectDir,
    memoryMb,
    timeoutMs: timeoutS * 1_000,
    env: { ...functionEnv(name, endpoint, settings), ...awsEnv(role, endpoint) },
    log: (line) => void lines.push(line),
  });
  await worker.ready.catch(() => {
    throw new Error(`${name} did not start:\n${lines.join('\n')}`);
  });
  return {
    stop: () => worker.stop(),
    async invoke(event) {
      const idle = new Promise<void>((done) => {
        worker.onIdle = done;
      });
      const outcome = await worker.invoke(JSON.stringify(event), '');
      if (outcome.kind === 'error') {
        await idle;
        throw new Error(`${outcome.errorType}: ${outcome.body}`);
      }
      const body = outcome.kind === 'buffered' ? outcome.body : await textOf(outcome.stream);
      await idle;
      return outcome.kind === 'buffered' ? JSON.parse(body.toString()) : String(body);
    },
  };
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

export interface ServiceRun {
  readonly url: string;
  stop(): void;
}

/** Starts a service's process on a free port of the loopback interface with the credentials of its role. */
export async function startServiceAs(
  role: EmulatedRole,
  script: string,
  endpoint: string,
  env: Readonly<Record<string, string>>,
): Promise<ServiceRun> {
  const { PATH, HOME, LD_LIBRARY_PATH } = process.env;
  const child = spawn(process.execPath, [script], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, LD_LIBRARY_PATH, PORT: '0', ...env, ...awsEnv(role, endpoint) },
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => void errors.push(chunk.toString('utf8')));
  const tooLate = setTimeout(() => child.kill('SIGKILL'), listeningTimeoutMs);
  const stop = () => void child.kill('SIGKILL');
  for await (const line of createInterface({ input: child.stdout })) {
    const { message, port } = JSON.parse(line) as { message: string; port: number };
    if (message !== 'listening') continue;
    clearTimeout(tooLate);
    child.stdout.resume();
    return { url: `http://127.0.0.1:${port}`, stop };
  }
  clearTimeout(tooLate);
  throw new Error(`${script} did not listen:\n${errors.join('')}`);
}
