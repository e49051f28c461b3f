/**
 * Takes some steps of the set-up and no others, for builds of images, so that what is pinned here is pinned there:
 *
 *     node local/setup/some-steps.mjs STEP...
 */
import { prepare } from './prepare.mjs';
import { embedder } from './steps/embedder.mjs';
import { faissAddon } from './steps/faiss-addon.mjs';
import { nodePackages } from './steps/node-packages.mjs';

/** @type {Record<string, import('./steps/step.mjs').Step>} */
const steps = { 'node-packages': nodePackages, 'faiss-addon': faissAddon, embedder };

await prepare(
  process.argv.slice(2).map((name) => {
    const step = steps[name];
    if (step === undefined)
      throw new Error(`There is no step ${name}; there are ${Object.keys(steps).join(', ')}.`);
    return step;
  }),
);
