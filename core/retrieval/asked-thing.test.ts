import { describe, expect, it } from 'vitest';
import { askedThing } from './asked-thing.ts';

const measures = new Set(['cost', 'weigh', 'price', 'heavy', 'long', 'often', 'pay']);
const read = (question: string) => {
  const { nouns, verb } = askedThing(question, (word) => measures.has(word));
  return { nouns: [...nouns], verb };
};

describe('askedThing', () => {
  it('finds the thing before the property that is asked of it', () => {
    expect(read('What do bananas cost at the Zed market?').nouns).toEqual(['bananas']);
    expect(read('What does a crate of plums cost at Zed?').nouns).toEqual(['crate', 'plums']);
    expect(read('How heavy is the handle of the pot?').nouns).toEqual(['handle', 'pot']);
    expect(read('What is the price of a lid for the kettle?').nouns).toEqual(['lid', 'kettle']);
    expect(read('What is the guarantee period of the lantern?').nouns).toEqual(['lantern']);
  });

  it('tells the verb from its subject', () => {
    expect(read('When does the night train to Calder leave?')).toEqual({ nouns: ['train'], verb: undefined });
    expect(read('When does the chess circle meet?')).toEqual({ nouns: ['circle'], verb: 'meet' });
    expect(read('How long can I borrow a film?')).toEqual({ nouns: ['film'], verb: 'borrow' });
    expect(read('What is studied at the institute?')).toEqual({ nouns: [], verb: 'studied' });
    expect(read('Who runs the cafeteria?')).toEqual({ nouns: ['cafeteria'], verb: 'runs' });
  });

  it('takes any text', () => {
    for (const odd of ['', '?', 'how many', 'what does', 'price of', 'who', 'can I']) {
      expect(() => read(odd)).not.toThrow();
    }
  });
});
