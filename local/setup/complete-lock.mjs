/**
 * Maintenance, by hand after a change of dependencies:
 *
 *     npm install --package-lock-only && node local/setup/complete-lock.mjs
 *
 * A registry may lack optional packages of other platforms. npm then leaves them out of the lock and a later
 * `npm ci` calls the lock stale. This adds an inert entry (an `os` that no machine has) for each of them, and
 * stops if the lock names a registry host, since the lock has to work with whichever registry a machine uses.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const lockFile = new URL('../../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(lockFile, 'utf8'));
/** @type {Record<string, { version?: string, optional?: boolean, dev?: boolean, os?: string[], resolved?: string, optionalDependencies?: Record<string, string> }>} */
const packages = lock.packages;

/**
 * Whether `name` can be found from the package at `from`, walking up as Node's resolution does.
 * @param {string} from
 * @param {string} name
 */
function isLocked(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}

let added = 0;
for (const [path, entry] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue;
    const version = range.replace(/^[\^~]/, '');
    packages[`node_modules/${name}`] = {
      version,
      optional: true,
      os: ['none'],
      ...(entry.dev ? { dev: true } : {}),
    };
    added += 1;
  }
}

for (const [path, entry] of Object.entries(packages)) {
  if (/^https?:/.test(entry.resolved ?? '')) throw new Error(`${path} names its registry: ${entry.resolved}`);
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${Object.keys(packages).length} packages, ${added} inert entries added`);
