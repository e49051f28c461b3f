import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../children.mjs';
import { paths, root } from '../paths.mjs';
import { timed } from '../report.mjs';
import { hashOf, isStamped, writeStamp } from '../stamps.mjs';

const name = 'aws emulator';
const requirements = join(root, 'local', 'aws', 'requirements.txt');
const stamp = join(paths.venv, '.setup-stamp');

const inputs = () => hashOf(readFileSync(requirements));

/** Keeps pip from asking and from looking for a newer pip. */
export const pipEnv = { PIP_NO_INPUT: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_REQUIRE_VIRTUALENV: '1' };

/**
 * The emulator in a Python environment of its own, every package pinned by hash.
 * @type {import('./step.mjs').Step}
 */
export const awsEmulator = {
  name,
  byHand: `python3 -m venv .cache/venv && .cache/venv/bin/pip install --require-hashes -r local/aws/requirements.txt`,
  after: [],
  uses: [],
  needs: ['python'],
  isDone: () => isStamped(stamp, inputs()) && existsSync(paths.python),
  run: () =>
    timed(name, 'installing the Python packages (30 MB, 100 MB on disk)', async () => {
      const hash = inputs();
      rmSync(paths.venv, { recursive: true, force: true });
      await runQuietly(name, 'python3', ['-m', 'venv', paths.venv]);
      await runQuietly(
        name,
        paths.python,
        [
          '-m',
          'pip',
          'install',
          '--quiet',
          '--progress-bar=off',
          '--only-binary=:all:',
          '--require-hashes',
          '-r',
          requirements,
        ],
        { env: pipEnv },
      );
      writeStamp(stamp, hash);
    }),
};
