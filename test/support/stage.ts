import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type StagePartName = 'gateway' | 'rag' | 'model' | 'aws';

export interface StagePart {
  readonly name: StagePartName;
  readonly url: string;
  /** `null`, as the log, when the part is somebody else's. */
  readonly pid: number | null;
  readonly log: string | null;
}

export interface RunningStage {
  /** Of the gateway. */
  readonly url: string;
  readonly dir: string;
  /** What the stage has printed so far. */
  output(): string;
  /** As `stage.json` lists them at this moment. */
  parts(): StagePart[];
  /** Ends a part with SIGKILL; the stage starts it again. */
  kill(part: StagePartName): void;
  /** Waits until every part is well (again). */
  ready(timeoutMs?: number): Promise<void>;
  /** Ends the stage as Ctrl-C does, and removes its folder unless it was given. */
  stop(): Promise<void>;
}

const projectDir = resolve(import.meta.dirname, '../..');

/**
 * Starts a whole local stage in a folder of its own and waits until the sample tenants are loaded, or for another line
 * of its output. It ends with the test's process at the latest.
 *
 * @param options.dir a folder that is kept, so that a second stage can go on from the state of the first.
 * @param options.port of the gateway; a free one by default.
 * @param options.env added to the environment, as a person would set it before `npm start`.
 * @throws with what the stage printed, when it ends early or is not ready in time.
 */
export async function startStage(
  options: { dir?: string; port?: number; env?: NodeJS.ProcessEnv; timeoutMs?: number; until?: RegExp } = {},
): Promise<RunningStage> {
  const home = await mkdtemp(join(tmpdir(), 'atrium-stage-'));
  const dir = options.dir ?? join(home, 'stage');
  const outputPath = join(home, 'output.log');
  const log = openSync(outputPath, 'a');
  const child = spawn(process.execPath, [join(projectDir, 'local/stage/main.ts'), '--end-with-stdin'], {
    cwd: projectDir,
    env: { ...process.env, ...options.env, ATRIUM_STAGE_DIR: dir, PORT: String(options.port ?? 0) },
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const output = () => readFileSync(outputPath, 'utf8');
  const parts = (): StagePart[] => JSON.parse(readFileSync(join(dir, 'stage.json'), 'utf8')).parts;
  const stop = async () => {
    await end(child);
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await printed(child, output, options.until ?? /ready; Ctrl-C/, options.timeoutMs ?? 240_000);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = parts().find((part) => part.name === 'gateway')?.url;
  if (!url) throw new Error('the stage lists no gateway');
  return {
    url,
    dir,
    output,
    parts,
    stop,
    kill(name) {
      const part = parts().find((candidate) => candidate.name === name);
      if (!part) throw new Error(`the stage has no part ${name}`);
      if (part.pid === null) throw new Error(`${name} is no process of the stage`);
      process.kill(part.pid, 'SIGKILL');
    },
    ready: (timeoutMs = 60_000) => untilWell(url, timeoutMs),
  };
}

async function printed(
  child: ChildProcess,
  output: () => string,
  pattern: RegExp,
  timeoutMs: number,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!pattern.test(output())) {
    if (child.exitCode !== null) throw new Error(`the stage ended with code ${child.exitCode}:\n${output()}`);
    if (Date.now() > giveUpAt) throw new Error(`the stage was not ready in ${timeoutMs} ms:\n${output()}`);
    await sleep(100);
  }
}

async function untilWell(url: string, timeoutMs: number): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  for (;;) {
    const status = await fetch(`${url}/healthz`).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (Date.now() > giveUpAt) throw new Error(`the stage was not well in ${timeoutMs} ms (${status})`);
    await sleep(200);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(force);
}
