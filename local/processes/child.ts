import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A process that this one started and answers for. */
export interface Child {
  readonly pid: number;
  /** Settles when the process is gone, in words for a log line. */
  readonly exited: Promise<string>;
  readonly running: () => boolean;
  /** Asks it to end, waits, and ends it by force when `graceMs` have passed. */
  stop(graceMs?: number): Promise<void>;
  /** Ends it at once, without a chance to save anything. */
  kill(): void;
}

export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Where its output is appended. */
  readonly logPath: string;
}

/**
 * Starts a process whose standard input is a pipe from this one. The pipe is never written to: it closes when this
 * process ends, however it ends, and that is how the child learns of it (`endWithParent`).
 *
 * @throws when the command cannot be started.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  mkdirSync(dirname(options.logPath), { recursive: true });
  keepSmall(options.logPath);
  const log = openSync(options.logPath, 'a');
  try {
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', log, log],
      // A process group of its own: a Ctrl-C in the terminal reaches this process alone, which ends the others in
      // their order.
      detached: true,
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return supervise(child);
  } finally {
    closeSync(log);
  }
}

const maxLogBytes = 20 * 1024 * 1024;

/** Moves a log that has grown large aside, in place of the one before it. */
export function keepSmall(logPath: string): void {
  const size = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0;
  if (size > maxLogBytes) renameSync(logPath, `${logPath}.1`);
}

function supervise(child: ChildProcess): Child {
  const { pid } = child;
  if (pid === undefined) throw new Error('the process has no id');
  child.stdin?.on('error', () => {});
  let gone = false;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true;
      resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`);
    });
  });
  return {
    pid,
    exited,
    running: () => !gone,
    kill: () => void child.kill('SIGKILL'),
    async stop(graceMs = 10_000) {
      if (gone) return;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(force);
    },
  };
}
