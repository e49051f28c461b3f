/**
 * Takes steps of the project's set-up inside an image's build, so that what is pinned there is pinned here:
 *
 *     node gpu/images/prepare.mjs STEP...
 */
import { prepare } from '../../local/setup/prepare.mjs';
import { embedder } from '../../local/setup/steps/embedder.mjs';
import { faissAddon } from '../../local/setup/steps/faiss-addon.mjs';
import { nodePackages } from '../../local/setup/steps/node-packages.mjs';

/** @type {Record<string, import('../../local/setup/steps/step.mjs').Step>} */
const steps = { 'node-packages': nodePackages, 'faiss-addon': faissAddon, embedder };

await prepare(
  process.argv.slice(2).map((name) => {
    const step = steps[name];
    if (step === undefined)
      throw new Error(`There is no step ${name}; there are ${Object.keys(steps).join(', ')}.`);
    return step;
  }),
);
