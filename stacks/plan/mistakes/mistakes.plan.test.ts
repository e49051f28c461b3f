import { expect, test } from 'vitest';
import { guarantees } from '../checks/guarantees.ts';
import { parseMistake, readMistakes } from './read-mistakes.ts';
import { brokenBy, tryMistake } from './try-mistakes.ts';

const mistakes = readMistakes();

test('every mistake names guarantees that there are', () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(9);
  const unknown = mistakes.flatMap(({ expected }) => expected.filter((each) => !(each in guarantees)));
  expect(unknown).toEqual([]);
});

test('a patch without a mistake, an expectation or a change is refused', () => {
  const change = '--- a/stacks/x.ts\n+++ b/stacks/x.ts\n';
  expect(parseMistake('m', 'm.patch', `Mistake: a\nExpect: b\nExpect: c\n\n${change}`)).toMatchObject({
    expected: ['b', 'c'],
    files: ['stacks/x.ts'],
  });
  for (const text of [`Expect: b\n${change}`, `Mistake: a\n${change}`, 'Mistake: a\nExpect: b\n'])
    expect(() => parseMistake('m', 'm.patch', text)).toThrow('m.patch needs');
});

// One of them here, all of them in `npm run verify`.
test('a tenant role without the Null guard is seen, by the test that is meant to see it', async () => {
  const mistake = mistakes.find(({ name }) => name === 'no-null-guard');
  if (!mistake) throw new Error('there is no such mistake');
  const trial = await tryMistake(mistake);
  expect(brokenBy(trial)).toEqual(mistake.expected);
  expect(trial.failures[0]?.message).toContain('the Null guard is missing');
}, 300_000);

test('a patch that does not apply any more is an error', async () => {
  const [first] = mistakes;
  if (!first) throw new Error('there is no mistake');
  await expect(tryMistake({ ...first, name: 'stale', path: import.meta.filename })).rejects.toThrow(
    'does not apply',
  );
});
