import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../local/aws/function-env.ts';
import { type AwsEnv, startMinistack } from '../../local/aws/ministack.ts';
import { physical } from '../../local/aws/names.ts';
import { provision, provisionTables } from '../../local/aws/provision.ts';
import { provisionBuckets } from '../../local/aws/provision-buckets.ts';
import { freePort } from '../../local/processes/free-port.ts';

export interface Emulator {
  readonly endpoint: string;
  /** For a test's own process (`Object.assign(process.env, emulator.env)`) or the processes it starts. */
  readonly env: AwsEnv;
  readonly tableName: string;
  readonly bucketName: string;
  /** Ends the emulator and removes its files. */
  stop(): Promise<void>;
}

/**
 * Starts an emulated AWS of its own, on a free port and with its files in a temporary folder, and makes the table
 * and the bucket. The emulator ends with the test's process at the latest.
 *
 * @param options.authorise whether it checks signatures and policies; the test's own keys may do everything.
 * @param options.everything also queues, notifications, secrets, functions and state machines, with these settings.
 */
export async function startEmulator(
  options: { everything?: Settings; authorise?: boolean } = {},
): Promise<Emulator> {
  const dir = await mkdtemp(join(tmpdir(), 'atrium-aws-'));
  const remove = () => rm(dir, { recursive: true, force: true, maxRetries: 3 });
  const stack = await startWithRetry(dir, options.authorise ? { AUTH: 'true' } : {}).catch(async (error) => {
    await remove();
    throw error;
  });
  const stop = async () => {
    // Nothing needs saving, so it need not be asked politely.
    stack.child.kill();
    await stack.child.exited;
    await remove();
  };
  try {
    if (options.everything) await provision(stack.endpoint, { settings: options.everything });
    else {
      await Promise.all([
        provisionTables(stack.endpoint),
        provisionBuckets(stack.endpoint, { announce: false }),
      ]);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint: stack.endpoint,
    env: stack.env,
    tableName: physical('main'),
    bucketName: physical('documents'),
    stop,
  };
}

/** Between finding a free port and listening on it somebody else may take it. */
async function startWithRetry(dir: string, env: NodeJS.ProcessEnv) {
  const logPath = join(dir, 'aws.log');
  for (let attempt = 1; ; attempt++) {
    try {
      return await startMinistack({ port: await freePort(), dir, logPath, env });
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
