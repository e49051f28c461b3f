/**
 * What `npm start`, `npm test`, `npm run plan`, `npm run verify` and `npm run setup` run, from a bare clone on.
 *
 * Plain JavaScript without packages: it runs on whichever Node a machine has (20 or newer), before anything is
 * installed. Everything after it runs on the Node that the lock pins.
 */
import { endChildrenOnSignals } from './children.mjs';
import { runChecks } from './modes/checks.mjs';
import { runProgram } from './modes/program.mjs';
import { prepare, SetupFailed } from './prepare.mjs';
import { awsEmulator } from './steps/aws-emulator.mjs';
import { dynamoDbLocal } from './steps/dynamodb-local.mjs';
import { embedder } from './steps/embedder.mjs';
import { faissAddon } from './steps/faiss-addon.mjs';
import { nodePackages } from './steps/node-packages.mjs';
import { smallModel } from './steps/small-model.mjs';
import { sstPlatform } from './steps/sst-platform.mjs';

const oldestNode = 20;
const stage = [nodePackages, faissAddon, awsEmulator, embedder, smallModel];
const withTests = [...stage, dynamoDbLocal, sstPlatform];

/** @type {Record<string, { steps: import('./steps/step.mjs').Step[], run: (args: string[]) => Promise<number> }>} */
const modes = {
  start: { steps: stage, run: (args) => runProgram('local/stage/main.ts', args) },
  test: { steps: withTests, run: runChecks },
  plan: { steps: [nodePackages, sstPlatform], run: (args) => runProgram('stacks/plan/main.ts', args) },
  verify: { steps: withTests, run: (args) => runProgram('local/verify/main.ts', args) },
  only: { steps: withTests, run: async () => 0 },
};

/** @param {string[]} args @returns {Promise<number>} the exit code */
async function main([name = '', ...args]) {
  const mode = modes[name];
  if (mode === undefined) {
    console.error(`usage: node local/setup/main.mjs ${Object.keys(modes).join('|')}`);
    return 2;
  }
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    console.error(`Node ${oldestNode} or newer is needed to set up; this is ${process.version}.`);
    return 1;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(
      `The local stage and the tests need Linux on x64; this is ${process.platform} on ${process.arch}.`,
    );
    return 1;
  }
  endChildrenOnSignals();
  try {
    await prepare(mode.steps);
    return await mode.run(args);
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    // A step that fails because it was interrupted needs no explanation.
    if (process.exitCode === undefined) console.error(`\n${error.message}`);
    return 1;
  }
}

const code = await main(process.argv.slice(2));
process.exitCode ??= code;
