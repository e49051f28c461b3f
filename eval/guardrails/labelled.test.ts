import { expect, test } from 'vitest';
import { randomFrom } from '../../bench/random-from.ts';
import { evasions } from './evasions.ts';
import { generatedEvasions } from './generated-evasions.ts';
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

test('evasions that nobody wrote down are refused as well', async () => {
  expect(wrongOf(await judgeEvasions(generatedEvasions(randomFrom(1), 500)))).toEqual([]);
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
