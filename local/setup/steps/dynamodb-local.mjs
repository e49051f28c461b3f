import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../children.mjs';
import { maven } from '../fetch/maven.mjs';
import { verify } from '../fetch/verify.mjs';
import { paths, root } from '../paths.mjs';
import { timed } from '../report.mjs';
import { hashOf, isStamped, removeStamp, writeStamp } from '../stamps.mjs';

const name = 'dynamodb local';
const sources = join(root, 'local', 'dynamodb-local');
const pom = join(sources, 'pom.xml');
const pinFile = join(sources, 'jars.sha256');
const launcher = join(sources, 'Launcher.java');
const lib = join(paths.dynamoDbLocal, 'lib');
const classes = join(paths.dynamoDbLocal, 'classes');
const stamp = join(paths.dynamoDbLocal, '.setup-stamp');

const inputs = () => hashOf(...[pom, pinFile, launcher].map((file) => readFileSync(file)));

/** @returns {{ sha256: string, file: string }[]} the pinned files, as `sha256sum` writes them */
function pinnedJars() {
  const lines = readFileSync(pinFile, 'utf8').trim().split('\n');
  return lines.map((line) => ({ sha256: line.slice(0, 64), file: line.slice(66) }));
}

/** Only files on the list are taken, so a jar that appears among the dependencies one day is left out. */
async function fetchJars() {
  const part = `${lib}.part`;
  const fetched = `${lib}.fetched`;
  for (const folder of [part, fetched, lib]) rmSync(folder, { recursive: true, force: true });
  await maven(name, 'copy-dependencies', [
    '-f',
    pom,
    '-DincludeScope=runtime',
    `-DoutputDirectory=${fetched}`,
  ]);
  mkdirSync(part, { recursive: true });
  for (const { sha256, file } of pinnedJars()) {
    await verify(join(fetched, file), sha256);
    renameSync(join(fetched, file), join(part, file));
  }
  rmSync(fetched, { recursive: true, force: true });
  renameSync(part, lib);
}

/**
 * Amazon's own DynamoDB for tests: the emulator's conditions are more lenient than the real ones.
 * @type {import('./step.mjs').Step}
 */
export const dynamoDbLocal = {
  name,
  byHand: 'mvn -f local/dynamodb-local/pom.xml dependency:copy-dependencies',
  after: [],
  uses: ['java'],
  needs: ['maven', 'jdk'],
  isDone: () => isStamped(stamp, inputs()) && existsSync(lib),
  run: () =>
    timed(name, 'fetching DynamoDB Local and compiling its launcher (50 MB)', async () => {
      const hash = inputs();
      removeStamp(stamp);
      await fetchJars();
      await runQuietly(name, 'javac', ['--release', '17', '-cp', join(lib, '*'), '-d', classes, launcher]);
      writeStamp(stamp, hash);
    }),
};
