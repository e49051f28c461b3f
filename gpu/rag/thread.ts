import { parentPort, Worker } from 'node:worker_threads';

/** What goes over a thread's port, one answer for one call. */
interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}
type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

/** The thread ended with calls open; what it held is lost. A new one is started for the next call. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
}

/** An error that a thread's handler threw; only name and message cross the port. */
export class ThreadFailure extends Error {
  /** The name of the error in the thread. */
  readonly thrown: string;
  constructor(thrown: string, message: string) {
    super(message);
    this.name = thrown;
    this.thrown = thrown;
  }
}

/** Calls into a worker thread, answered in the order in which they were made unless a handler waits. */
export interface Thread {
  call(method: string, argument: unknown, transfer?: ArrayBuffer[]): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts a module in a worker thread; the module calls `answerCalls`. A thread that dies is replaced when it is
 * next called, at the most once a second.
 *
 * @param module address of the worker's module
 * @param data what the worker finds in `workerData`
 */
export function startThread(module: URL, data: unknown): Thread {
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let worker: Worker | undefined;
  let startedAtMs = 0;
  let lastId = 0;
  let closed = false;

  const start = (): Worker => {
    if (performance.now() - startedAtMs < 1_000 && startedAtMs > 0)
      throw new ThreadEnded('The thread has just ended');
    startedAtMs = performance.now();
    const started = new Worker(module, { workerData: data });
    started.on('message', (answer: Answer) => {
      const waiting = open.get(answer.id);
      open.delete(answer.id);
      if ('error' in answer) waiting?.reject(new ThreadFailure(answer.error.name, answer.error.message));
      else waiting?.resolve(answer.value);
    });
    // 'exit' follows and does the rest.
    started.on('error', (error) => {
      process.stderr.write(
        `${JSON.stringify({ level: 'error', message: 'thread failed', error: error.stack })}\n`,
      );
    });
    started.on('exit', () => {
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of open.values()) reject(new ThreadEnded('The thread has ended'));
      open.clear();
    });
    return started;
  };

  return {
    async call(method, argument, transfer = []) {
      if (closed) throw new ThreadEnded('The thread is closed');
      worker ??= start();
      const id = ++lastId;
      const answered = new Promise<unknown>((resolve, reject) => open.set(id, { resolve, reject }));
      worker.postMessage({ id, method, argument } satisfies Call, transfer);
      return answered;
    },
    async close() {
      closed = true;
      await worker?.terminate();
    },
  };
}

/** The worker's side: answers calls by name. */
export function answerCalls(handlers: Record<string, (argument: never) => unknown>): void {
  const port = parentPort;
  if (!port) throw new Error('This module runs in a worker thread');
  port.on('message', async ({ id, method, argument }: Call) => {
    let answer: Answer;
    try {
      const handler = handlers[method];
      if (!handler) throw new Error(`The thread has no ${method}`);
      answer = { id, value: await handler(argument as never) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      answer = { id, error: { name, message } };
    }
    port.postMessage(answer);
  });
}
