import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const run = promisify(execFile);

/** A token of the shared stage, as a person mints one for trying: by the command. */
export async function mintToken(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['local/stage/token.ts', ...args], {
    env: { ...process.env, ATRIUM_STAGE_DIR: inject('stageDir') },
  });
  return stdout.trim();
}
