import { join, resolve } from 'node:path';
import { type FunctionName, functions } from '../../stacks/resources.ts';
import { pythonPath } from './ministack.ts';

const projectDir = resolve(import.meta.dirname, '../..');

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * The script that the emulator starts as a task function's runtime. It holds paths of this project only, so that a
 * change of the source needs no new archive.
 *
 * @param taskHost where a Lambda host takes events; without one the function runs in the process itself.
 */
export function taskBootstrap(name: FunctionName, taskHost: string | undefined): string {
  const run =
    taskHost === undefined
      ? `export ATRIUM_HANDLER=${quoted(functions[name].handler)}
cd ${quoted(projectDir)}
exec ${quoted(process.execPath)} ${quoted(join(projectDir, 'local/lambda-host/task-runtime.ts'))}`
      : `export ATRIUM_TASK_URL=${quoted(`${taskHost}/${name}`)}
exec ${quoted(pythonPath())} -I -S ${quoted(join(projectDir, 'local/lambda-host/forward.py'))}`;
  return `#!/bin/sh\n${run}\n`;
}
