/** `npm run verify`: the long matrices that `npm test` has only in a short form. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const projectDir = resolve(import.meta.dirname, '../..');
const bin = (name: string) => resolve(projectDir, 'node_modules/.bin', name);

const matrices = [
  {
    name: 'kills during ingestion and answers, mistakes in the stacks',
    command: bin('vitest'),
    args: ['run', '--project', 'verify'],
  },
  { name: 'promises of admission', command: process.execPath, args: ['bench/admission/main.ts'] },
  { name: 'quality of answers', command: process.execPath, args: ['eval/run.ts'] },
];

const outcomes = matrices.map(({ name, command, args }) => {
  console.log(`\n== ${name}`);
  const { status } = spawnSync(command, args, { cwd: projectDir, stdio: 'inherit' });
  return { name, ok: status === 0 };
});
for (const { name, ok } of outcomes) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`);
const failed = outcomes.filter(({ ok }) => !ok).length;
console.log(`${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
