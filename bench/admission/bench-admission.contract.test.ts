import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('main.ts', import.meta.url));
const run = promisify(execFile);

test('the bench of admission runs, in its short form, and every promise in it is kept', async () => {
  // It exits with 1, which is thrown here, when a promise is broken.
  const { stdout } = await run(process.execPath, [program, '--short'], { timeout: 120_000 });
  expect(stdout.match(/^kept$/gm)).toHaveLength(4);
  expect(stdout).not.toContain('BROKEN');
}, 130_000);
