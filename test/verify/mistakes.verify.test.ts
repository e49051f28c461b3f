import { beforeAll, describe, expect, test } from 'vitest';
import { readMistakes } from '../../stacks/plan/mistakes/read-mistakes.ts';
import { brokenBy, type Trial, tryMistakes } from '../../stacks/plan/mistakes/try-mistakes.ts';

/** Each mistake in the stacks, planned and tested as everything else is, is seen by the test that is meant to see it. */
const mistakes = readMistakes();
let trials: readonly Trial[];

beforeAll(async () => {
  trials = await tryMistakes([undefined, ...mistakes], (trial) => {
    const [first] = trial.failures;
    console.log(`${trial.name}: ${first ? `${first.name}: ${first.message}` : 'nothing is red'}`);
  });
}, 1_200_000);

const trialOf = (name: string) => {
  const trial = trials.find((each) => each.name === name);
  if (!trial) throw new Error(`${name} was not tried`);
  return trial;
};

test('without a mistake nothing is red', () => {
  expect(trialOf('no mistake').failures).toEqual([]);
  expect(trialOf('no mistake').passed).toBeGreaterThan(100);
});

describe('a mistake is seen by exactly the test that it breaks', () => {
  test.each(mistakes)('$name', ({ name, expected }) => {
    expect(brokenBy(trialOf(name))).toEqual([...expected].sort());
  });
});
