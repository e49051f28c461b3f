import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runVisibly } from '../children.mjs';
import { paths, projectPath, root } from '../paths.mjs';

/**
 * Runs a program of the project with the pinned Node.
 * @param {string} file relative to the root
 * @param {string[]} args
 * @returns {Promise<number>} its exit code
 */
export async function runProgram(file, args) {
  if (!existsSync(join(root, file))) {
    console.error(`There is no ${file} in this clone.`);
    return 1;
  }
  return runVisibly(join(paths.bin, 'node'), [file, ...args], { PATH: projectPath() });
}
