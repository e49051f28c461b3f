import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Child, startChild } from '../processes/child.ts';
import { waitForHttp } from '../processes/wait-for-http.ts';

const projectDir = resolve(import.meta.dirname, '../..');

/** What every process needs to reach the emulated AWS with the stock SDK. */
export function awsEnv(endpoint: string) {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  } as const;
}
export type AwsEnv = ReturnType<typeof awsEnv>;

/** The Python that set-up has made for the emulator. */
export const pythonPath = () => join(projectDir, '.cache/venv/bin/python');

export interface Ministack {
  readonly endpoint: string;
  readonly env: AwsEnv;
  readonly child: Child;
  /** Ends it in the way that saves its state. */
  stop(): Promise<void>;
}

/**
 * Starts the AWS emulator on the loopback interface and waits until it answers. Its state lies in `dir`: loaded at
 * the start, saved when it is stopped; what was written since is lost if it is killed.
 *
 * @throws when the project is not set up, or the emulator does not come up within 30 s.
 */
export async function startMinistack(options: {
  port: number;
  dir: string;
  logPath: string;
  /** Added to its environment, and so to that of the functions that run as tasks. */
  env?: NodeJS.ProcessEnv;
  /** Told of the process at once, before it answers. */
  started?: (child: Child) => void;
}): Promise<Ministack> {
  const python = pythonPath();
  const launcher = join(projectDir, 'local/aws/ministack.py');
  if (!existsSync(python) || !existsSync(launcher)) {
    throw new Error('The AWS emulator is not installed; `npm run setup` installs it.');
  }
  // Where the emulator unpacks functions: in its own folder, so that nothing is left elsewhere.
  const tmp = join(options.dir, 'tmp');
  mkdirSync(tmp, { recursive: true });
  const endpoint = `http://127.0.0.1:${options.port}`;
  const env = awsEnv(endpoint);
  const child = await startChild({
    command: python,
    args: [launcher],
    cwd: projectDir,
    logPath: options.logPath,
    env: {
      ...options.env,
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LANG: 'C.UTF-8',
      TMPDIR: tmp,
      ...env,
      GATEWAY_PORT: String(options.port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      PERSIST_STATE: '1',
      S3_PERSIST: '1',
      STATE_DIR: join(options.dir, 'state'),
      S3_DATA_DIR: join(options.dir, 's3'),
      LOG_LEVEL: 'WARNING',
      PYTHONUNBUFFERED: '1',
      LAMBDA_WARM_TTL_SECONDS: '30',
    },
  });
  options.started?.(child);
  try {
    await waitForHttp(`${endpoint}/_ministack/health`, {
      timeoutMs: 30_000,
      stillWorthIt: child.running,
      everyMs: 50,
    });
  } catch (error) {
    child.kill();
    await child.exited;
    throw error;
  }
  return { endpoint, env, child, stop: () => child.stop(15_000) };
}
