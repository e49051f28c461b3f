import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runVisibly } from '../children.mjs';
import { paths, projectPath } from '../paths.mjs';
import { seconds } from '../report.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** The long matrices of `npm run verify` are a project of their own. */
const projects = ['unit', 'plan', 'contract', 'e2e'].flatMap((name) => ['--project', name]);

/** In the order in which they run; all of them run even if one fails, so that one run tells everything. */
const checks = [
  { name: 'types', command: 'tsc', args: ['-p', '.'] },
  { name: 'types of the stacks', command: 'tsc', args: ['-p', 'stacks'] },
  { name: 'lint', command: 'biome', args: ['check', '.'] },
  {
    name: 'tests',
    command: 'vitest',
    args: [
      'run',
      ...projects,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${paths.testReport}`,
    ],
  },
];

/**
 * Types, lint and tests, closing with a line `N passed, N failed`.
 * @returns {Promise<number>} the exit code: 0 only if every check passed and at least one test ran
 */
export async function runChecks() {
  rmSync(paths.testReport, { force: true });
  let exitCode = 0;
  const outcomes = [];
  for (const { name, command, args } of checks) {
    const startedMs = Date.now();
    console.log(
      `\n== ${name}: ${command} ${args.filter((arg) => !arg.includes('eporter') && !arg.startsWith('--output')).join(' ')}`,
    );
    const code = await runVisibly(join(paths.bin, command), args, { PATH: projectPath() });
    if (exitCode === 0) exitCode = code;
    outcomes.push(`${name} ${code === 0 ? 'ok' : 'FAILED'} (${seconds(startedMs)})`);
  }
  const counts = readCounts();
  console.log(`\n== ${outcomes.join(', ')}`);
  if (counts.passed + counts.failed === 0) {
    console.log('No test ran.');
    exitCode ||= 1;
  }
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
  return exitCode;
}

/**
 * From vitest's report, whose totals leave out files that could not even be loaded: each counts as one failure.
 * @returns {Counts} zeros when vitest ended before it wrote one
 */
function readCounts() {
  let report;
  try {
    report = JSON.parse(readFileSync(paths.testReport, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
