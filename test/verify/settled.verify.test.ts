import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, '../../bench/settled/main.ts');
const run = promisify(execFile);

test('500 kills at random points: what is charged is what the engine counted', async () => {
  const args = [program, '--kills', '500', '--model-kills', '40', '--max-seconds', '1500'];
  const { stdout } = await run(process.execPath, args, { timeout: 1_790_000 });
  console.log(stdout);
  expect(stdout).toContain('500 kills, every promise kept');
}, 1_800_000);
