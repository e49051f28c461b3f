import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StopText } from './stop-text.ts';

const run = (stops: string[], pieces: string[]) => {
  const stop = new StopText(stops);
  let out = '';
  for (const piece of pieces) out += stop.push(piece);
  return stop.stopped ? out : out + stop.flush();
};

test('text ends before the first stop text, however it is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'b', 'ab', 'c', ''), { maxLength: 20 }), (pieces) => {
      const all = pieces.join('');
      const ends = ['abc', 'cc'].map((stop) => all.indexOf(stop)).filter((at) => at >= 0);
      return run(['abc', 'cc'], pieces) === (ends.length > 0 ? all.slice(0, Math.min(...ends)) : all);
    }),
  );
});

test('nothing that may begin a stop text is let out early', () => {
  const stop = new StopText(['END']);
  expect([stop.push('so EN'), stop.push('tire'), stop.push(' END'), stop.stopped]).toEqual([
    'so ',
    'ENtire',
    ' ',
    true,
  ]);
});
