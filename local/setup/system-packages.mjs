import { spawnSync } from 'node:child_process';
import { runQuietly } from './children.mjs';
import { timed } from './report.mjs';
import { onPath } from './tools.mjs';

/** @typedef {import('./tools.mjs').Tool} Tool */

const step = 'system packages';
const apt = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const lockWait = ['-o', 'DPkg::Lock::Timeout=300'];

/** @param {Tool[]} missing */
export const packagesOf = (missing) => [...new Set(missing.flatMap((tool) => tool.packages))];

/** Why this process cannot install system packages, or undefined when it can. */
export function whyNotInstallable() {
  if (!onPath('apt-get')) return 'this machine has no apt-get';
  if (process.getuid?.() !== 0) return 'installing them needs root';
  return undefined;
}

/** The exact command for a reader who has to install them. @param {string[]} packages */
export function installCommand(packages) {
  const install = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  return `sudo sh -c 'apt-get update && ${install}'`;
}

/** @param {Tool[]} missing */
export async function installSystemPackages(missing) {
  const packages = packagesOf(missing);
  await timed(step, 'reading the package lists', () =>
    runQuietly(step, 'apt-get', [...lockWait, 'update'], { env: apt }),
  );
  await timed(step, `installing ${packages.join(', ')}${downloadSize(packages)}`, () =>
    runQuietly(step, 'apt-get', [...lockWait, 'install', '-y', '--no-install-recommends', ...packages], {
      env: apt,
    }),
  );
}

/** @param {string[]} packages @returns {string} ` (12.3 MB)`, or nothing when apt does not say */
function downloadSize(packages) {
  const { stdout } = spawnSync(
    'apt-get',
    ['install', '--assume-no', '--no-install-recommends', ...packages],
    {
      env: { ...process.env, ...apt },
      encoding: 'utf8',
    },
  );
  const size = /Need to get (?:[\d.,]+ \w+\/)?([\d.,]+ \w+) of archives/.exec(stdout ?? '')?.[1];
  return size === undefined ? '' : ` (${size})`;
}
