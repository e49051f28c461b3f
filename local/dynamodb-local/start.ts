import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const installedAt = fileURLToPath(new URL('../../.cache/dynamodb-local/', import.meta.url));
const startTimeoutMs = 60_000;
const stopTimeoutMs = 5_000;
const maxLogChars = 8_192;

export interface DynamoDbLocal {
  /** `http://127.0.0.1:PORT`, for the `endpoint` of an SDK client; any region and credentials do. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts DynamoDB Local, empty and in memory, on a free loopback port.
 *
 * It ends with `stop()`, or with this process however that ends. Tests of conditions belong here rather than on
 * the emulator, which accepts conditions that DynamoDB rejects.
 * @throws when it was not set up, or does not answer within a minute
 */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  if (!existsSync(`${installedAt}classes/Launcher.class`)) {
    throw new Error('DynamoDB Local is not installed; run `npm run setup`.');
  }
  const child = spawn(
    'java',
    [
      '-Xmx512m',
      '-XX:TieredStopAtLevel=1',
      `-Djava.library.path=${installedAt}lib`,
      ...['-cp', `${installedAt}classes:${installedAt}lib/*`],
      ...['Launcher', '0'],
    ],
    // Its standard input stays open as long as this process lives; closing it ends the child.
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' } },
  );
  try {
    const endpoint = `http://127.0.0.1:${await portOf(child)}`;
    await fetch(endpoint, { signal: AbortSignal.timeout(startTimeoutMs) });
    return { endpoint, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** Waits for the line `port=N`; what else is printed is kept for the error and otherwise read away. */
function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (reason: string) => reject(new Error(`DynamoDB Local ${reason}\n${log}`));
    const timer = setTimeout(() => fail(`was not ready after ${startTimeoutMs} ms`), startTimeoutMs);
    const onText = (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-maxLogChars);
      const port = /^port=(\d+)$/m.exec(log)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', onText);
    child.stderr?.on('data', onText);
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with exit code ${code}`);
    });
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}
