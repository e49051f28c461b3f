import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errorText } from './error-text.ts';
import { type Plan, planPath, readPlan, root } from './plan.ts';
import { twoAtATime } from './two-at-a-time.ts';
import type { Variant } from './variants.ts';

/** One stage takes 5 s; this bounds one that hangs, such as on a promise that nothing keeps. */
const timeoutMs = 120_000;

export type Outcome =
  | { readonly variant: Variant; readonly tookMs: number; readonly plan: Plan }
  | { readonly variant: Variant; readonly tookMs: number; readonly error: string };

/**
 * Makes one plan in a process of its own, since a process can hold the mocks of one stage only. Never throws: what goes
 * wrong is in the outcome, and all that the process wrote is in `.plan/<name>.log`.
 */
export async function makePlan(variant: Variant): Promise<Outcome> {
  const startedMs = Date.now();
  const log = planPath(variant.name).replace(/\.json$/, '.log');
  rmSync(log, { force: true });
  const args = [variant.stage, ...(variant.front ? ['--front', variant.front] : [])];
  const child = spawn(process.execPath, [join(root, 'stacks', 'plan', 'run-stage.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const written: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => written.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.push(text);
    errors.push(text);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      errors.push(String(error));
      resolve(1);
    });
    child.once('close', resolve);
  });
  const tookMs = Date.now() - startedMs;
  if (code === 0) return { variant, tookMs, plan: readPlan(variant.name) };
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, written.join(''));
  const late = tookMs >= timeoutMs ? `It took longer than ${timeoutMs / 1000} s.\n` : '';
  return { variant, tookMs, error: `${late}${errorText(errors.join(''))}` };
}

/** Makes plans two at a time, and tells of each when it is made. */
export function makePlans(
  wanted: readonly Variant[],
  tell: (outcome: Outcome) => void = () => {},
): Promise<Outcome[]> {
  return twoAtATime(wanted, makePlan, tell);
}
