import { runQuietly } from '../children.mjs';
import { paths } from '../paths.mjs';

const dependencyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/** Maven 3 does not share a local repository between processes, so its runs wait for each other. */
let queue = Promise.resolve();

/**
 * Runs a goal of Maven's dependency plugin, with a repository inside the clone.
 * @param {string} step
 * @param {string} goal
 * @param {string[]} args
 * @returns {Promise<void>}
 */
export function maven(step, goal, args) {
  const all = [
    '-B',
    '-q',
    '-Dstyle.color=never',
    `-Dmaven.repo.local=${paths.mavenRepository}`,
    `${dependencyPlugin}:${goal}`,
    ...args,
  ];
  const run = queue.then(() => runQuietly(step, 'mvn', all));
  queue = run.catch(() => {});
  return run;
}
