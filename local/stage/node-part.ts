import { join } from 'node:path';
import { type Child, startChild } from '../processes/child.ts';
import { waitForHttp } from '../processes/wait-for-http.ts';
import { projectDir } from './stage-dir.ts';

/**
 * Starts a part that is a program of this project and waits until it answers.
 *
 * @param options.accept which status says that it is up; any 2xx by default.
 */
export async function startNodePart(options: {
  entry: string;
  nodeArgs?: readonly string[];
  env: NodeJS.ProcessEnv;
  logPath: string;
  healthUrl: string;
  timeoutMs: number;
  accept?: (status: number) => boolean;
  started: (child: Child) => void;
}): Promise<void> {
  const child = await startChild({
    command: process.execPath,
    args: [...(options.nodeArgs ?? []), join(projectDir, options.entry)],
    cwd: projectDir,
    env: options.env,
    logPath: options.logPath,
  });
  options.started(child);
  try {
    await waitForHttp(options.healthUrl, {
      timeoutMs: options.timeoutMs,
      stillWorthIt: child.running,
      ...(options.accept && { accept: options.accept }),
    });
  } catch (error) {
    child.kill();
    await child.exited;
    throw new Error(`${error instanceof Error ? error.message : error} — see ${options.logPath}`);
  }
}
