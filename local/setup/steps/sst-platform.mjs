import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../children.mjs';
import { paths, projectPath, root } from '../paths.mjs';
import { timed } from '../report.mjs';
import { hashOf, isStamped, writeStamp } from '../stamps.mjs';
import { nodePackages } from './node-packages.mjs';

const name = 'sst platform';
const platform = join(root, '.sst', 'platform');
const config = join(root, 'sst.config.ts');
// Inside the folder, so that removing it removes the stamp.
const stamp = join(platform, '.setup-stamp');

/** Nothing but the installation: no tools looked for or fetched, no question to a machine's metadata, no telemetry. */
const sstEnv = {
  SST_SKIP_DEPENDENCY_CHECK: '1',
  SST_NO_BUN: '1',
  SST_TELEMETRY_DISABLED: '1',
  AWS_EC2_METADATA_DISABLED: 'true',
  // It makes a folder for tools there, which would otherwise be in the home.
  XDG_CONFIG_HOME: join(paths.cache, 'config'),
  NPM_CONFIG_IGNORE_SCRIPTS: 'true',
  NPM_CONFIG_AUDIT: 'false',
  NPM_CONFIG_FUND: 'false',
};

/**
 * The providers and their versions as sst.config.ts writes them: another stack or setting must not install anew.
 * @param {string} source
 * @returns {string} from `providers:` to the brace that ends it
 */
export function providersPart(source) {
  const start = source.indexOf('providers:');
  if (start < 0) throw new Error('sst.config.ts has no providers');
  let depth = 0;
  for (let at = source.indexOf('{', start); at < source.length; at += 1) {
    if (source[at] === '{') depth += 1;
    if (source[at] === '}') depth -= 1;
    if (depth === 0) return source.slice(start, at + 1).replace(/\s+/g, ' ');
  }
  throw new Error('the providers in sst.config.ts have no end');
}

function inputs() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return hashOf(devDependencies.sst, providersPart(readFileSync(config, 'utf8')));
}

/**
 * SST's components and the providers' types, which sst.config.ts is checked against and planned with. The versions are
 * the pinned ones: of SST by the lock, of the providers by sst.config.ts.
 * @type {import('./step.mjs').Step}
 */
export const sstPlatform = {
  name,
  byHand: 'npx sst install --stage dev',
  after: [nodePackages],
  uses: [],
  needs: ['npm'],
  isDone: () => isStamped(stamp, inputs()) && existsSync(join(platform, 'node_modules', '@pulumi', 'aws')),
  run: () =>
    timed(name, 'installing the platform of SST and the AWS provider (60 MB, 320 MB on disk)', async () => {
      const hash = inputs();
      // What an interrupted installation left is not completed but replaced.
      rmSync(platform, { recursive: true, force: true });
      await runQuietly(name, join(paths.bin, 'sst'), ['install', '--stage', 'dev'], {
        env: { ...sstEnv, PATH: projectPath() },
      });
      writeStamp(stamp, hash);
    }),
};
