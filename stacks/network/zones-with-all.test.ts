import { expect, test } from 'vitest';
import { zonesWithAll } from './zones-with-all.ts';

test('a zone that lacks one of the types is none for the stage', () => {
  const offers = [
    { zone: 'c', type: 'g6.xlarge' },
    { zone: 'c', type: 'm7i.large' },
    { zone: 'b', type: 'm7i.large' },
    { zone: 'a', type: 'm7i.large' },
    { zone: 'a', type: 'g6.xlarge' },
  ];
  expect(zonesWithAll(['a', 'b', 'c'], ['m7i.large', 'g6.xlarge'], offers)).toEqual(['a', 'c']);
  expect(zonesWithAll(['a', 'b', 'c'], ['m7i.large'], offers)).toEqual(['a', 'b', 'c']);
  expect(zonesWithAll(['a'], ['g6.xlarge'], [])).toEqual([]);
});
