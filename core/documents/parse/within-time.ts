import { runInNewContext } from 'node:vm';

/** The time that a computation was given is up. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp';
}

/**
 * Runs a synchronous computation and breaks it off when its time is up, wherever it is. Libraries that are slow on
 * hostile input offer no other way to stop them; the engine's own way does (`timeout` in Node's `vm`), also for
 * functions from outside the new context. What it was changing is left as it was at that moment.
 *
 * @throws {TimeUp} and whatever the computation throws.
 */
export function withinTime<T>(timeoutMs: number, run: () => T): T {
  try {
    return runInNewContext('run()', { run }, { timeout: timeoutMs }) as T;
  } catch (error) {
    // An error of the new context, hence no instance of this one's classes.
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') {
      throw new TimeUp(`not done within ${timeoutMs} ms`);
    }
    throw error;
  }
}
