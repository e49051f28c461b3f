import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Outcome, RuntimeApiServer, type Work } from './runtime-api-server.ts';
import { splitLines } from './split-lines.ts';

/** How a function is run. */
export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** `module#export`, from `cwd`. */
  readonly handler: string;
  readonly cwd: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}

/** How an invocation ended without an outcome. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
  readonly reason: 'crashed' | 'timed-out';
  constructor(reason: 'crashed' | 'timed-out') {
    super(`the worker ${reason === 'crashed' ? 'crashed' : 'ran into its timeout and was ended'}`);
    this.reason = reason;
  }
}

/** One environment of a function: takes one invocation at a time. */
export interface Worker {
  /** Settles when it first asks for work; rejects when it ends before. */
  readonly ready: Promise<void>;
  readonly pid: number | undefined;
  /** Called each time that it asks for work. */
  onIdle: () => void;
  /** Called once, when it is gone. */
  onExit: () => void;
  /** @throws {WorkerLost} when it ends, or runs into the timeout, before it has answered. */
  invoke(payload: string, traceId: string): Promise<Outcome>;
  stop(): void;
}

const runtime = join(import.meta.dirname, 'runtime.ts');

/** Starts a process for a function, with a Runtime API of its own. */
export async function startWorker(spec: FunctionSpec): Promise<Worker> {
  let settleInit: { resolve: () => void; reject: (error: Error) => void };
  const ready = new Promise<void>((resolve, reject) => {
    settleInit = { resolve, reject };
  });
  ready.catch(() => {});
  let current: { id: string; settle: (outcome: Outcome) => void; lose: (error: Error) => void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stream: { destroy(error?: Error): void } | undefined;

  const api = new RuntimeApiServer({
    idle() {
      clearTimeout(timer);
      stream = undefined;
      // A runtime that asks again without having answered has lost the invocation.
      current?.lose(new WorkerLost('crashed'));
      current = undefined;
      settleInit.resolve();
      worker.onIdle();
    },
    outcome(id, outcome) {
      if (current?.id !== id) return;
      if (outcome.kind === 'streaming') stream = outcome.stream;
      current.settle(outcome);
      current = undefined;
    },
    initError: (type, body) => spec.log(JSON.stringify({ level: 'ERROR', init: type, detail: body })),
  });
  const address = await api.listen();
  const child = spawnRuntime(spec, address);

  const lose = (reason: 'crashed' | 'timed-out') => {
    const error = new WorkerLost(reason);
    current?.lose(error);
    current = undefined;
    stream?.destroy(error);
    stream = undefined;
  };
  const worker: Worker = {
    ready,
    pid: child.pid,
    onIdle: () => {},
    onExit: () => {},
    invoke(payload, traceId) {
      return new Promise((settle, reject) => {
        const work: Work = {
          id: randomUUID(),
          payload,
          deadlineMs: Date.now() + spec.timeoutMs,
          functionArn: spec.arn,
          traceId,
        };
        current = { id: work.id, settle, lose: reject };
        timer = setTimeout(() => {
          spec.log(JSON.stringify({ level: 'ERROR', message: `Task timed out after ${spec.timeoutMs} ms` }));
          lose('timed-out');
          child.kill('SIGKILL');
        }, spec.timeoutMs);
        api.give(work);
      });
    },
    stop: () => void child.kill('SIGKILL'),
  };
  const ended = () => {
    clearTimeout(timer);
    lose('crashed');
    settleInit.reject(new WorkerLost('crashed'));
    api.close();
    worker.onExit();
  };
  child.once('exit', ended);
  child.once('error', ended);
  return worker;
}

function spawnRuntime(spec: FunctionSpec, address: string): ChildProcess {
  const { PATH, HOME, TZ, TMPDIR, NODE_COMPILE_CACHE, NODE_EXTRA_CA_CERTS, LD_LIBRARY_PATH } = process.env;
  const child = spawn(process.execPath, [runtime], {
    cwd: spec.cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...{ PATH, HOME, TZ, TMPDIR, NODE_COMPILE_CACHE, NODE_EXTRA_CA_CERTS, LD_LIBRARY_PATH },
      LANG: 'C.UTF-8',
      ...spec.env,
      ATRIUM_HANDLER: spec.handler,
      AWS_LAMBDA_RUNTIME_API: address,
      AWS_LAMBDA_FUNCTION_NAME: spec.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: randomUUID(),
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      LAMBDA_TASK_ROOT: spec.cwd,
      _HANDLER: spec.handler,
    },
  });
  child.stdin.on('error', () => {});
  splitLines(child.stdout, spec.log);
  splitLines(child.stderr, spec.log);
  return child;
}
