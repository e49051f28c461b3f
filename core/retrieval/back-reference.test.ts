import { describe, expect, it } from 'vitest';
import { createBackReferences } from './back-reference.ts';

/** What the last of some sentences points back to. */
const last = (...sentences: string[]) => {
  const references = createBackReferences();
  const [found] = sentences.map((sentence) => references.next(sentence)).slice(-1);
  return { stems: [...(found?.stems ?? [])].sort(), head: found?.head };
};

describe('createBackReferences', () => {
  it('knows the thing that a paragraph began with by its noun and by a pronoun', () => {
    const opening = 'In the Tarnwick factory, 412 workers build 58 tractors a week.';
    expect(last(opening, 'The factory was founded in 1907.').stems).toEqual(['factori', 'tarnwick']);
    expect(last(opening, 'It was founded by Elias Brandt.').stems).toContain('tarnwick');
  });

  it('tells what the thing has from the thing', () => {
    const director = last('Project Halcyon is led by Mirela Tanase.', 'Its office is in room B-417.');
    expect(director.head).toBe('offic');
    expect(director.stems).toContain('halcyon');
  });

  it('knows the words that a noun was mentioned with', () => {
    const chest = last('Captain Zelvorn keeps marbles in a copper chest.', 'The chest weighs 27 kilograms.');
    expect(chest.stems).toEqual(['captain', 'chest', 'copper', 'zelvorn']);
  });

  it('tells apart two that one sentence named', () => {
    const river = 'The river Aldra rises in the hills and flows into Lake Venn.';
    expect(last(river, 'The lake is deep.').stems).toEqual(['lak', 'venn']);
    expect(last(river, 'The river is long.').stems).toEqual(['aldra', 'river']);
    const two = 'Oskar Lien and his sister Marta Lien run a boat yard.';
    expect(last(two, 'Marta was born in Bergen.').stems).toEqual(['lien', 'marta']);
    expect(last(two, 'Marta was born in Bergen.', 'She speaks Dutch.').stems).toEqual(['lien', 'marta']);
  });

  it('leaves a thing when another one is named', () => {
    const opening = 'The Zorvex pump holds 4 litres.';
    expect(last(opening, 'The Quandil pump is green.').stems).toEqual([]);
    expect(last(opening, 'The Quandil pump is green.', 'It is loud.').stems).not.toContain('zorvex');
    expect(last(opening, 'Lunch is served at noon.').stems).toEqual([]);
  });

  it('means only what is called the same beyond a paragraph, and nothing beyond a heading', () => {
    const references = createBackReferences();
    references.next('The Zorvex pump holds 4 litres.');
    references.pause();
    expect(references.next('Its owner is away.').stems.size).toBe(0);
    expect(references.next('The pump is loud.').stems.size).toBe(2);
    references.reset();
    expect(references.next('The pump is loud.').stems.size).toBe(0);
  });
});
