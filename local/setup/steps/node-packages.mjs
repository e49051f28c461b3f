import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../children.mjs';
import { paths, root } from '../paths.mjs';
import { timed } from '../report.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from '../stamps.mjs';

const name = 'node packages';
// Inside the folder, so that removing it removes the stamp.
const stamp = join(paths.nodeModules, '.setup-stamp');

/** Of package.json only what says which packages: a new script must not empty everybody's node_modules. */
function inputs() {
  const { dependencies, devDependencies, overrides } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return hashOf(
    JSON.stringify([dependencies, devDependencies, overrides]),
    readFileSync(join(root, 'package-lock.json')),
    readFileSync(join(root, '.npmrc')),
  );
}

function lockedPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.keys(lock.packages).length;
}

/**
 * The locked packages, among them the pinned Node that runs everything else.
 * @type {import('./step.mjs').Step}
 */
export const nodePackages = {
  name,
  byHand: 'npm ci',
  after: [],
  uses: [],
  needs: ['npm'],
  isDone: () => isStamped(stamp, inputs()) && existsSync(join(paths.bin, 'node')),
  run: () =>
    timed(name, `installing up to ${lockedPackages()} packages (450 MB, 1.1 GB on disk)`, async () => {
      const hash = inputs();
      removeStamp(stamp);
      await runQuietly(name, 'npm', ['ci', '--loglevel=error']);
      writeStamp(stamp, hash);
    }),
};
