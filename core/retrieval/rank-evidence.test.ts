import { describe, expect, it } from 'vitest';
import { rankEvidence } from './rank-evidence.ts';
import { ANSWERS_AT, type CandidateSentence } from './ranking.ts';
import type { Chunk } from './schema.ts';

/** A unit vector in the plane whose cosine with the query's vector, (1, 0), is the one given. */
const at = (cosine: number) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine));
const query = at(1);

function candidates(sentences: readonly (readonly [string, number])[], title = 'Notes'): CandidateSentence[] {
  let end = 0;
  const text = sentences.map(([sentence]) => sentence).join('\n');
  const chunk: Chunk = {
    id: 'c1',
    tenant_id: 't1' as Chunk['tenant_id'],
    document_id: 'd1',
    version: 1,
    title,
    text,
    start: 0,
    end: Array.from(text).length,
  };
  return sentences.map(([sentence, cosine]) => {
    const start = end;
    end = start + Array.from(sentence).length + 1;
    return { chunk, text: sentence, start, end: end - 1, vector: at(cosine) };
  });
}

const best = (ask: string, found: CandidateSentence[]) => rankEvidence(ask, query, found)[0];

describe('rankEvidence', () => {
  const pump = candidates([
    ['The Zorvex pump holds 4.2 litres of coolant.', 0.85],
    ['The Quandil pump is painted green.', 0.7],
  ]);

  it('gives the sentence that states what is asked', () => {
    const first = best('How much coolant does the Zorvex pump hold?', pump);
    expect(first?.text).toBe('The Zorvex pump holds 4.2 litres of coolant.');
    expect(first?.score).toBeGreaterThanOrEqual(ANSWERS_AT);
  });

  it('says nothing about what the text does not tell of a thing that it names', () => {
    expect(best('Who invented the Zorvex pump?', pump)?.score).toBeLessThan(ANSWERS_AT);
    expect(best('When was the Zorvex pump built?', pump)?.score).toBeLessThan(ANSWERS_AT);
    expect(best('What does the Zorvex pump cost?', pump)?.score).toBeLessThan(ANSWERS_AT);
  });

  it('does not answer about a name that stands nowhere', () => {
    expect(best('How much coolant does the Brelfin pump hold?', pump)?.score).toBeLessThan(ANSWERS_AT);
  });

  it('reads bare table rows, with and without column names', () => {
    const rows = candidates([
      ['Product | Price | Unit', 0.6],
      ['Gala apples | 1.99 | kg', 0.7],
      ['Fuji apples | 2.49 | kg', 0.66],
    ]);
    const evidence = rankEvidence('Which is cheaper, Gala apples or Fuji apples?', query, rows);
    expect(
      evidence
        .filter(({ score }) => score >= ANSWERS_AT)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(['Fuji apples | 2.49 | kg', 'Gala apples | 1.99 | kg']);
  });

  it('never answers with a heading or a question', () => {
    const found = candidates([
      ['Warranty of the tent', 0.95],
      ['How long is the warranty of the tent?', 0.99],
      ['It lasts three years.', 0.75],
    ]);
    expect(best('How long is the warranty of the tent?', found)?.text).toBe('It lasts three years.');
  });

  it('gives a sentence once that two chunks share, at most eight in all, scores from 0 to 1', () => {
    const many = candidates(
      Array.from({ length: 20 }, (_, n) => [`Room ${n} has ${n + 40} seats.`, 0.6] as const),
    );
    const other = many.map((one) => ({ ...one, chunk: { ...one.chunk, id: 'c2' } }));
    const evidence = rankEvidence('How many seats does room 7 have?', query, [...many, ...other]);
    expect(evidence).toHaveLength(8);
    expect(new Set(evidence.map(({ start }) => start)).size).toBe(8);
    for (const { score } of evidence) expect(score >= 0 && score <= 1).toBe(true);
    expect(evidence[0]?.text).toBe('Room 7 has 47 seats.');
  });

  it('takes any query', () => {
    for (const odd of [
      '?',
      '',
      '   ',
      '😀',
      'or or or',
      'a'.repeat(8_000),
      'compare and',
      '. and how and what?',
    ])
      expect(() => rankEvidence(odd, query, pump)).not.toThrow();
    expect(rankEvidence('anything', query, [])).toEqual([]);
  });
});
