import { describe, expect, it } from 'vitest';
import type { Evidence } from '../retrieval/schema.ts';
import { pickSentences } from './pick-sentences.ts';

const evidence = (...sentences: [string, number][]): Evidence[] =>
  sentences.map(([text, score], n) => ({ chunk_id: 'c', text, start: n * 100, end: n * 100 + 50, score }));
const picked = (query: string, found: Evidence[]) => pickSentences(query, found).map(({ text }) => text);

describe('pickSentences', () => {
  const milk = evidence(
    ['Whole milk costs $1.29 per litre.', 0.9],
    ['Oat milk costs $2.15 per litre.', 0.8],
    ['Eggs are $3.80 a dozen.', 0.2],
  );

  it('gives the best sentence alone', () => {
    expect(picked('What does whole milk cost?', milk)).toEqual(['Whole milk costs $1.29 per litre.']);
  });

  it('gives nothing where no sentence answers', () => {
    expect(picked('What do eggs cost?', evidence(['Eggs are fresh.', 0.49]))).toEqual([]);
    expect(picked('What do eggs cost?', [])).toEqual([]);
  });

  it('gives both sides of a comparison', () => {
    const both = ['Whole milk costs $1.29 per litre.', 'Oat milk costs $2.15 per litre.'];
    expect(picked('Which is cheaper, whole milk or oat milk?', milk)).toEqual(both);
    expect(picked('Is whole milk cheaper than oat milk?', milk)).toEqual(both);
    expect(picked('Compare the prices of whole milk and oat milk', milk)).toEqual(both);
  });

  it('does not compare with what is not there', () => {
    expect(picked('Which is cheaper, whole milk or soy milk?', milk)).toEqual([]);
  });

  it('gives one sentence where it speaks of both sides', () => {
    const one = 'Coffee comes at $2.60 a cup, tea at $2.10.';
    expect(picked('Which is cheaper, coffee or tea?', evidence([one, 0.9]))).toEqual([one]);
  });
});
