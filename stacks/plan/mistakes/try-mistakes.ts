import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../plan.ts';
import { twoAtATime } from '../two-at-a-time.ts';
import type { Mistake } from './read-mistakes.ts';

/** A test that failed. */
export interface Failure {
  /** Without the name of the stage. */
  readonly name: string;
  readonly stage: string;
  /** The first thing that it found. */
  readonly message: string;
}

export interface Trial {
  readonly name: string;
  readonly failures: readonly Failure[];
  readonly passed: number;
  readonly tookMs: number;
}

const timeoutMs = 300_000;
/** Not copied: what is fetched or built, and what is not the project's. `.sst` is linked in part. */
const left = new Set(['node_modules', '.git', '.cache', '.local', '.plan', '.sst']);

/** A copy of the project whose fetched and built parts are the project's own. */
function copyProject(to: string): void {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, '.sst'), { recursive: true });
  for (const entry of readdirSync(root)) {
    if (!left.has(entry)) cpSync(join(root, entry), join(to, entry), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
  symlinkSync(join(root, '.sst', 'platform'), join(to, '.sst', 'platform'));
}

/** @returns the exit code and all that was written. */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number | null; output: string }> {
  const child: ChildProcess = spawn(command, args, {
    cwd,
    // So that git takes the copy for what it is, and not for a part of the project around it.
    env: {
      ...process.env,
      GIT_CEILING_DIRECTORIES: join(cwd, '..'),
      VITEST: undefined,
      VITEST_POOL_ID: undefined,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const written: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => written.push(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output: written.join('') };
}

/** @throws when the patch does not apply any more, or changes nothing. */
async function applyPatch(mistake: Mistake, copy: string): Promise<void> {
  const { code, output } = await run('git', ['apply', '--whitespace=nowarn', mistake.path], copy);
  const name = basename(mistake.path);
  if (code !== 0) throw new Error(`${name} does not apply any more; make it anew.\n${output}`);
  for (const file of mistake.files) {
    if (readFileSync(join(copy, file), 'utf8') === readFileSync(join(root, file), 'utf8'))
      throw new Error(`${name} was applied and changed nothing in ${file}.`);
  }
}

interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly ancestorTitles: readonly string[];
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The tests write a line for everything that they found, the first one first. */
const firstFinding = (messages: readonly string[]) =>
  (messages[0]?.split('\n')[0] ?? '').replace(/^AssertionError: /, '').replace(/: expected \[.*$/, '');

/**
 * Plans a copy of the project, with the mistake if one is given, and runs the plan's tests there.
 *
 * @throws when the patch does not apply, or the stages with it cannot be planned at all.
 */
export async function tryMistake(mistake?: Mistake): Promise<Trial> {
  const startedMs = Date.now();
  const name = mistake?.name ?? 'no mistake';
  const copy = join(root, '.cache', 'mistakes', mistake?.name ?? 'none');
  try {
    copyProject(copy);
    if (mistake) await applyPatch(mistake, copy);
    const report = join(copy, 'report.json');
    const { output } = await run(
      join(root, 'node_modules', '.bin', 'vitest'),
      [
        'run',
        '--project',
        'plan',
        'stacks/plan/plan.plan.test.ts',
        '--reporter=json',
        `--outputFile=${report}`,
      ],
      copy,
    );
    let found: Report;
    try {
      found = JSON.parse(readFileSync(report, 'utf8'));
    } catch {
      throw new Error(`${name}: the tests did not run.\n${output.slice(-2_000)}`);
    }
    const tests = found.testResults.flatMap(({ assertionResults }) => assertionResults);
    if (tests.length === 0)
      throw new Error(`${name}: the stages could not be planned.\n${output.slice(-2_000)}`);
    return {
      name,
      failures: tests
        .filter(({ status }) => status === 'failed')
        .map(({ title, ancestorTitles, failureMessages }) => ({
          name: title,
          stage: ancestorTitles.filter((each) => each !== '').join(' '),
          message: firstFinding(failureMessages),
        })),
      passed: found.numPassedTests,
      tookMs: Date.now() - startedMs,
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Tries mistakes two at a time, and tells of each when it was tried. */
export function tryMistakes(
  mistakes: readonly (Mistake | undefined)[],
  tell: (trial: Trial) => void = () => {},
): Promise<Trial[]> {
  return twoAtATime(mistakes, tryMistake, tell);
}

/** The guarantees that a trial found broken. */
export const brokenBy = ({ failures }: Trial): string[] =>
  [...new Set(failures.map(({ name }) => name))].sort();
