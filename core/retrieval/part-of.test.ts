import { expect, it } from 'vitest';
import { tellsOfPart } from './part-of.ts';
import { type AnswerKind, readQuestion } from './question.ts';

const part = (question: string, sentence: string, kind?: AnswerKind) => {
  const [ask] = readQuestion(question).asks;
  return tellsOfPart(kind ?? ask?.kind ?? 'open', ask?.terms ?? [], sentence);
};

it('a part’s price or weight is not the whole’s', () => {
  expect(part('How much does the Ember One cost?', 'The ring ER-12 for the Ember One costs $3.')).toBe(true);
  expect(part('How heavy is the Heron?', 'The rack of the Heron weighs 2 kg.')).toBe(true);
});

it('what is asked for itself, a measure and what holds it are no parts', () => {
  expect(part('What does a ring for the Ember One cost?', 'A ring for the Ember One costs $3.')).toBe(false);
  expect(part('How much does Zorvex cost?', 'A bottle of Zorvex costs $3.')).toBe(false);
  expect(part('How heavy is the Heron?', 'The weight of the Heron is 12 kg.')).toBe(false);
});

it('who made the whole may be told of a part', () => {
  expect(part('Who made the Heron?', 'The frame of the Heron was made by Ada Olsen.')).toBe(false);
});
