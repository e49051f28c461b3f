import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone's root, without a trailing slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** @param {...string} parts */
const inCache = (...parts) => join(root, '.cache', ...parts);

/** Everything that set-up fetches or builds lies under these, so that deleting `.cache` starts afresh. */
export const paths = {
  cache: inCache(),
  setup: inCache('setup'),
  logs: inCache('setup', 'logs'),
  models: inCache('models'),
  mavenRepository: inCache('m2'),
  venv: inCache('venv'),
  python: inCache('venv', 'bin', 'python'),
  faissBuilds: inCache('faiss'),
  dynamoDbLocal: inCache('dynamodb-local'),
  testReport: inCache('test', 'report.json'),
  nodeModules: join(root, 'node_modules'),
  bin: join(root, 'node_modules', '.bin'),
};

/** PATH with the project's own tools, and so its pinned Node, first. */
export function projectPath() {
  return [paths.bin, systemPath()].join(delimiter);
}

/**
 * PATH as the machine has it. npm puts `node_modules/.bin` in front for scripts; `npm ci` deletes that folder
 * while it works, so it must not be run by the Node in there.
 */
export function systemPath() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== paths.bin)
    .join(delimiter);
}
