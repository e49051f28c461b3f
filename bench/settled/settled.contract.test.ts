import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('main.ts', import.meta.url));
const run = promisify(execFile);

test('25 kills at random points: what is charged is what the engine counted', async () => {
  // It exits with 1, which is thrown here with what it printed, when a promise is broken.
  const { stdout } = await run(process.execPath, [program, '--kills', '25', '--model-kills', '0'], {
    timeout: 110_000,
  });
  expect(stdout).toContain('25 kills, every promise kept');
  expect(stdout).not.toContain('BROKEN');
}, 120_000);
