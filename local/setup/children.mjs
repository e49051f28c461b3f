import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths, root, systemPath } from './paths.mjs';

/** A stage saves its state before it ends; a tool of the set-up has nothing that is worth waiting for. */
const killProgramAfterMs = 20_000;
const killToolAfterMs = 1_500;
const repeatedSignalMs = 1_000;

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** The children, and how long each may take to end. @type {Map<ChildProcess, number>} */
const running = new Map();

/** A tool that ended badly; `log` holds the end of what it printed. */
export class ToolFailed extends Error {
  /** @param {string} command @param {string} reason @param {string} log */
  constructor(command, reason, log) {
    super(`${command}: ${reason}`);
    this.log = log;
  }
}

/**
 * Each child leads a process group of its own, so that one signal reaches it and all that it started exactly
 * once, whether it came from the terminal, from npm, or from a supervisor.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

/** Ends the children when this process is told to end, then ends with the signal's usual exit code. */
export function endChildrenOnSignals() {
  let firstAt = 0;
  for (const [signal, number] of /** @type {const} */ ([
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ])) {
    process.on(signal, () => {
      // A terminal and npm both deliver Ctrl-C: the second within a moment is the same key press.
      if (firstAt !== 0 && Date.now() - firstAt < repeatedSignalMs) return;
      const force = firstAt !== 0;
      firstAt = Date.now();
      process.exitCode = 128 + number;
      for (const child of running.keys()) signalGroup(child, force ? 'SIGKILL' : signal);
      const signalledMs = firstAt;
      setInterval(() => {
        if (running.size === 0) process.exit(128 + number);
        for (const [child, killAfterMs] of running) {
          if (Date.now() - signalledMs > killAfterMs) signalGroup(child, 'SIGKILL');
        }
      }, 50);
    });
  }
}

/**
 * @param {ChildProcess} child
 * @param {number} killAfterMs how long it may take to end once it was told to
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
function ended(child, killAfterMs) {
  running.set(child, killAfterMs);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
  });
}

/**
 * Runs a tool quietly: what it prints goes to a log file, named for the step, whose end is in the error.
 * @param {string} step
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 * @returns {Promise<void>}
 */
export async function runQuietly(step, command, args, options = {}) {
  mkdirSync(paths.logs, { recursive: true });
  const logFile = join(paths.logs, `${step.replaceAll(' ', '-')}.log`);
  const log = createWriteStream(logFile);
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, PATH: systemPath(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const { code, signal } = await ended(child, killToolAfterMs);
  await new Promise((resolve) => log.end(resolve));
  if (code === 0) return;
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  throw new ToolFailed([command, ...args].join(' '), signal ?? `exit code ${code}`, tail);
}

/**
 * Runs a tool whose output is for the reader.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export async function runVisibly(command, args, env) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const { code } = await ended(child, killProgramAfterMs);
  return code ?? 1;
}
