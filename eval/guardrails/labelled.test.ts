import { expect, test } from 'vitest';
import { randomFrom } from '../../bench/random-from.ts';
import { evasions, listed, rulesEvaded } from './evasions.ts';
import { generatedEvasions } from './generated-evasions.ts';
import { heldOut } from './held-out.ts';
import { judgeHarmlessAnswers, judgePersonalData } from './judge-answers.ts';
import { judgeEvasions, judgeNearMisses } from './judge-questions.ts';
import type { Judged } from './judged.ts';

const wrongOf = (judged: readonly Judged[]) => judged.filter(({ right }) => !right).map(({ text }) => text);

test('every evasion that reads the same is refused, by the rule that it evades', async () => {
  const judged = await judgeEvasions();
  expect(judged.length).toBeGreaterThanOrEqual(150);
  expect(new Set(evasions.map(({ ask }) => ask)).size).toBe(judged.length);
  expect(wrongOf(judged)).toEqual([]);
});

test.each([1, 2, 3])('evasions that nobody wrote down are refused as well, seed %i', async (seed) => {
  expect(wrongOf(await judgeEvasions(generatedEvasions(randomFrom(seed), 500)))).toEqual([]);
});

test('questions that were set aside before they were asked go as their labels say', async () => {
  const asked = listed(heldOut.evasions);
  expect(asked.length).toBeGreaterThanOrEqual(100);
  expect(wrongOf(await judgeEvasions(asked, rulesEvaded(asked)))).toEqual([]);
  const harmless = await judgeNearMisses(heldOut.nearMisses);
  expect(harmless.length).toBeGreaterThanOrEqual(100);
  expect(wrongOf(harmless)).toEqual([]);
});

test('no harmless question is refused', async () => {
  const judged = await judgeNearMisses();
  expect(new Set(judged.map(({ text }) => text)).size).toBeGreaterThanOrEqual(150);
  expect(wrongOf(judged)).toEqual([]);
});

test('no telling piece of personal data comes out, however the answer is split', () => {
  const { judged } = judgePersonalData();
  expect(judged.length).toBeGreaterThanOrEqual(100);
  expect(wrongOf(judged)).toEqual([]);
});

test('a harmless answer comes out as it is', () => {
  const judged = judgeHarmlessAnswers();
  expect(judged.length).toBeGreaterThanOrEqual(100);
  expect(wrongOf(judged)).toEqual([]);
});
