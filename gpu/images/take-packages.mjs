/**
 * Copies what some modules import out of `node_modules`, and what that needs in turn:
 *
 *     node gpu/images/take-packages.mjs FOLDER MODULE...
 */
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Needed by install scripts only. */
const installers = new Set(['adm-zip', 'global-agent', 'node-addon-api', 'prebuild-install']);
/** Sources, types, and what is compiled for other machines. */
const unneeded =
  /\.d\.[cm]?ts$|\.map$|\/onnxruntime-node\/(bin\/napi-v\d+\/(?!linux\/x64)[^/]+\/[^/]+\/|script\/)|\/better-sqlite3\/(deps|src)\/|\/better-sqlite3\/prebuilds\/(?!linux-x64)[^/]+\/|\/faiss-node\/(src|examples|test)\//;

/** @typedef {{ dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string>, peerDependenciesMeta?: Record<string, { optional?: boolean }> }} Locked */
/** @type {Record<string, Locked>} */
const locked = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;

/** @param {string} specifier */
const packageOf = (specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');

/**
 * Where Node finds a package from another one's folder.
 * @param {string} from @param {string} name @returns {string | undefined}
 */
function find(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (locked[path] !== undefined) return path;
    if (at === '') return undefined;
  }
}

const [folder = '', ...entryPoints] = process.argv.slice(2);
const { metafile } = await build({
  entryPoints,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outdir: folder,
  write: false,
  metafile: true,
});

/** @type {Set<string>} */
const taken = new Set();
/** @param {string} from @param {string} name @param {boolean} needed */
function take(from, name, needed) {
  const path = find(from, name);
  if (path === undefined || !existsSync(path)) {
    if (needed) throw new Error(`${from} needs ${name}, which is not installed.`);
    return;
  }
  if (taken.has(path)) return;
  taken.add(path);
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = locked[path] ?? {};
  for (const next of Object.keys(dependencies ?? {})) if (!installers.has(next)) take(path, next, true);
  for (const next of Object.keys(optionalDependencies ?? {})) take(path, next, false);
  for (const next of Object.keys(peerDependencies ?? {}))
    if (!peerDependenciesMeta?.[next]?.optional) take(path, next, true);
}

for (const { imports } of Object.values(metafile.inputs))
  for (const { path, external } of imports) if (external && !isBuiltin(path)) take('', packageOf(path), true);

for (const path of taken) {
  cpSync(path, join(folder, path), {
    recursive: true,
    dereference: true,
    filter: (source) =>
      !source.slice(path.length).startsWith('/node_modules') &&
      !unneeded.test(`/${source}/`) &&
      !unneeded.test(`/${source}`),
  });
}
console.log(`${taken.size} packages: ${[...taken].sort().join(' ')}`);
