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

  it('does not answer about a missing thing with another one beside the same name', () => {
    const shop = candidates([
      ['Apples cost $2.30 a kilogram at Harbour Foods.', 0.86],
      ['The rubber ring ER-12 for the Ember One stove costs $3.', 0.84],
    ]);
    expect(best('What do apples cost at Harbour Foods?', shop)?.score).toBeGreaterThanOrEqual(ANSWERS_AT);
    expect(best('What do bananas cost at Harbour Foods?', shop)?.score).toBeLessThan(ANSWERS_AT);
    expect(best('How much does the Ember One cost?', shop)?.score).toBeLessThan(ANSWERS_AT);
    const dairy = candidates([['Whole milk costs $1.29 per litre.', 0.72]]);
    expect(best('What does whole milk cost?', dairy)?.score).toBeGreaterThanOrEqual(ANSWERS_AT);
    expect(best('What does soy milk cost?', dairy)?.score).toBeLessThan(ANSWERS_AT);
  });

  it('does not tell who did what is only told to have been done, nor what a thing is from what became of it', () => {
    const club = candidates([
      ['Morrow United was founded in 1921 and plays in the Quarry Ground.', 0.86],
      ['The Zefo app was downloaded 65 times.', 0.8],
      ['Quilp is an app for sketches.', 0.75],
    ]);
    expect(best('When was Morrow United founded?', club)?.score).toBeGreaterThanOrEqual(ANSWERS_AT);
    expect(best('Who founded Morrow United?', club)?.score).toBeLessThan(ANSWERS_AT);
    expect(best('What does the Zefo app do?', club)?.score).toBeLessThan(ANSWERS_AT);
    expect(best('What does Quilp do?', club)?.text).toBe('Quilp is an app for sketches.');
  });

  it('takes what a paragraph is about from its beginning, and no more from there', () => {
    const factory = candidates([
      ['In the Tarnwick factory, 412 workers build 58 tractors a week.', 0.7],
      ['The factory was founded by Elias Brandt in 1907.', 0.8],
      ['The director since 2019 is Hanneke de Wit.', 0.72],
    ]);
    const said = (ask: string) => {
      const first = best(ask, factory);
      return first && first.score >= ANSWERS_AT ? first.text : '';
    };
    expect(said('Who founded the Tarnwick factory?')).toContain('Elias Brandt');
    expect(said('Who is the director of the Tarnwick factory?')).toContain('Hanneke');
    expect(said('Who founded the Brelfin factory?')).toBe('');
  });

  it('does not measure by a year, nor date by a frequency', () => {
    const tower = candidates([
      ['The lighthouse of Port Ellis was painted in 5043 by Orla Quint.', 0.8],
      ['Its lamp turns every nine seconds.', 0.78],
      ['Its keeper, Ana Zelvorn, was born in the village of Quarrim.', 0.7],
    ]);
    expect(best('When was the lighthouse of Port Ellis painted?', tower)?.text).toContain('5043');
    expect(best('How tall is the lighthouse of Port Ellis?', tower)?.score).toBeLessThan(ANSWERS_AT);
    expect(best('How old is Ana Zelvorn?', tower)?.score).toBeLessThan(ANSWERS_AT);
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
