import { join } from 'node:path';
import { ToolFailed } from './children.mjs';
import { paths } from './paths.mjs';
import { seconds } from './report.mjs';
import { single } from './single.mjs';
import { installCommand, installSystemPackages, packagesOf, whyNotInstallable } from './system-packages.mjs';
import { absent } from './tools.mjs';

/** @typedef {import('./steps/step.mjs').Step} Step */
/** @typedef {import('./tools.mjs').Tool} Tool */

/** What stopped the set-up, in words for the reader. */
export class SetupFailed extends Error {}

/**
 * Brings about all `steps`, each after those that it needs and otherwise side by side. Takes some milliseconds
 * when everything is there.
 * @param {Step[]} steps
 * @throws {SetupFailed} one message with everything that is missing and how to get it
 */
export async function prepare(steps) {
  if (isReady(steps)) return;
  await single(join(paths.setup, 'lock'), async () => {
    // Another process may have done it all while this one waited.
    if (isReady(steps)) return;
    const startedMs = Date.now();
    console.log('Setting up (the first time takes minutes, later ones none)');
    await provideTools(steps);
    await runSteps(steps);
    console.log(`Set up in ${seconds(startedMs)}`);
  });
}

/** @param {Step[]} steps */
function isReady(steps) {
  return absent(steps.flatMap((step) => step.uses)).length === 0 && steps.every(isDone);
}

/**
 * A step is undone with those it builds on: an interrupted `npm ci` can leave the addon's stamp without its source.
 * @param {Step} step
 * @returns {boolean}
 */
function isDone(step) {
  return step.after.every(isDone) && step.isDone();
}

/** @param {Step[]} steps */
function missingTools(steps) {
  return absent(steps.flatMap((step) => [...step.uses, ...(isDone(step) ? [] : step.needs)]));
}

/** @param {Step[]} steps */
async function provideTools(steps) {
  const missing = missingTools(steps);
  if (missing.length === 0) return;
  const why = whyNotInstallable();
  if (why !== undefined) throw new SetupFailed(missingMessage(missing, why));
  try {
    await installSystemPackages(missing);
  } catch (error) {
    throw new SetupFailed(`${missingMessage(missing, 'installing them failed')}\n\n${detailOf(error)}`);
  }
  const still = missingTools(steps);
  if (still.length > 0)
    throw new SetupFailed(missingMessage(still, 'the packages of this system are too old'));
}

/** @param {Tool[]} missing @param {string} why */
function missingMessage(missing, why) {
  const lines = missing.map((tool) => `  - ${tool.what} (Debian: ${tool.packages.join(', ')})`);
  return `Missing on this machine, and ${why}:\n${lines.join('\n')}\nInstall with:\n  ${installCommand(packagesOf(missing))}`;
}

/** @param {Step[]} steps */
async function runSteps(steps) {
  /** @type {Map<Step, Promise<boolean>>} */
  const outcomes = new Map();
  /** @type {string[]} */
  const failures = [];

  /** @param {Step} step @returns {Promise<boolean>} */
  const outcomeOf = (step) => {
    let outcome = outcomes.get(step);
    if (outcome === undefined) {
      outcome = attempt(step);
      outcomes.set(step, outcome);
    }
    return outcome;
  };

  /** @param {Step} step */
  const attempt = async (step) => {
    const before = await Promise.all(step.after.map(outcomeOf));
    if (before.includes(false)) return false;
    if (isDone(step)) return true;
    try {
      await step.run();
      return true;
    } catch (error) {
      failures.push(`  - ${step.name}: ${detailOf(error)}\n    By hand: ${step.byHand}`);
      return false;
    }
  };

  await Promise.all(steps.map(outcomeOf));
  if (failures.length === 0) return;
  const hint = 'If the network was away, run the same command again: what is whole is kept.';
  throw new SetupFailed(`These could not be set up:\n${failures.join('\n')}\n${hint}`);
}

/** @param {unknown} error */
function detailOf(error) {
  if (error instanceof ToolFailed) return `${error.message}\n${error.log.replace(/^/gm, '      ')}`;
  return error instanceof Error ? error.message : String(error);
}
