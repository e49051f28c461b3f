import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { correctSource } from '../../native/faiss/correct-source.mjs';
import { runQuietly } from '../children.mjs';
import { paths } from '../paths.mjs';
import { timed } from '../report.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from '../stamps.mjs';
import { nodePackages } from './node-packages.mjs';

const name = 'faiss addon';
const addonPackage = join(paths.nodeModules, 'faiss-node');
const addonFile = 'faiss-node.node';
/** Where faiss-node's loader looks first. */
const installed = join(addonPackage, 'build', 'Release');
const stamp = join(installed, '.setup-stamp');

const flags = [
  ...['-std=c++17', '-O2', '-fPIC', '-shared', '-fopenmp', '-fvisibility=hidden', '-fexceptions'],
  ...['-DNAPI_VERSION=8', '-DNODE_GYP_MODULE_NAME=faiss_node', '-DBUILDING_NODE_EXTENSION'],
  // Every C++ exception that leaves a method becomes a JavaScript error; without the second it ends the process.
  ...['-DNAPI_CPP_EXCEPTIONS', '-DNODE_ADDON_API_CPP_EXCEPTIONS_ALL'],
];

const published = join(addonPackage, 'src', 'faiss.cc');
const libraryHeader = '/usr/include/faiss/Index.h';

const source = () => correctSource(readFileSync(published, 'utf8'));

/** The corrected source, how it is compiled, and the headers of the library it is linked with. */
function inputs() {
  return hashOf(source(), flags.join(' '), readFileSync(libraryHeader), process.arch);
}

/** Loads it and searches, so that a broken build is found here and not by the first request. */
const probe = `
import faiss from 'faiss-node';
const index = new faiss.IndexFlatIP(2);
index.add(new Float32Array([1, 0, 0, 1]));
if (index.search([0, 1], 1).labels[0] !== 1) throw new Error('the addon finds the wrong vector');
index.dispose();
`;

/** @param {string} build @returns {Promise<void>} */
async function compile(build) {
  const corrected = join(build, 'faiss.cc');
  const part = join(build, `${addonFile}.part`);
  mkdirSync(build, { recursive: true });
  writeFileSync(corrected, source());
  await runQuietly(name, 'g++', [
    ...flags,
    `-I${join(paths.nodeModules, 'node-api-headers', 'include')}`,
    `-I${join(paths.nodeModules, 'node-addon-api')}`,
    corrected,
    ...['-lfaiss', '-lopenblas', '-o', part],
  ]);
  renameSync(part, join(build, addonFile));
}

/**
 * faiss-node compiled from a corrected source (local/native/faiss), kept in the cache by its inputs, so that a
 * fresh `npm ci` only copies it.
 * @type {import('./step.mjs').Step}
 */
export const faissAddon = {
  name,
  byHand: 'npm run setup',
  after: [nodePackages],
  uses: ['faiss', 'openblas'],
  needs: ['compiler'],
  isDone: () =>
    [stamp, join(installed, addonFile), published, libraryHeader].every((file) => existsSync(file)) &&
    isStamped(stamp, inputs()),
  async run() {
    const hash = inputs();
    const build = join(paths.faissBuilds, hash.slice(0, 16));
    removeStamp(stamp);
    if (!existsSync(join(build, addonFile))) await timed(name, 'compiling faiss-node', () => compile(build));
    mkdirSync(installed, { recursive: true });
    copyFileSync(join(build, addonFile), join(installed, addonFile));
    await runQuietly(name, join(paths.bin, 'node'), ['--input-type=module', '--eval', probe]);
    writeStamp(stamp, hash);
  },
};
