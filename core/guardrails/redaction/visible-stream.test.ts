import { expect, test } from 'vitest';
import { visibleText } from '../text/visible-text.ts';
import { createVisibleStream } from './visible-stream.ts';

const characters = [
  ...['a', 'é', 'e\u0301', ' ', '\n', '\r\n', '\r', '\t', '\0', '\u200b', '\u202e', '\ufeff', '\u2028'],
  ...['👩', '👧', '❤', '\u200d', '\u200c', '\ufe0f', 'न', '्', 'ب', 'م', '\u{e0041}', 'ㅤ', '字', '\ud800'],
];

test('a text in pieces is what it is as a whole, composition aside', () => {
  let state = 7;
  const random = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % n;
  };
  for (let round = 0; round < 5_000; round++) {
    const text = Array.from({ length: 1 + random(12) }, () => characters[random(characters.length)]).join('');
    const stream = createVisibleStream();
    let shown = '';
    for (let at = 0; at < text.length; ) {
      const size = 1 + random(3);
      shown += stream.push(text.slice(at, at + size));
      expect(stream.held).toBeLessThanOrEqual(4);
      at += size;
    }
    shown += stream.end();
    expect(shown.normalize('NFC'), JSON.stringify(text)).toBe(visibleText(text));
  }
});

test('no more than four marks are stacked, however they come', () => {
  const stream = createVisibleStream();
  expect(['x', '\u0301\u0301', '\u0301\u0301\u0301', '\u0301y'].map(stream.push).join('')).toBe(
    `x${'\u0301'.repeat(4)}y`,
  );
});
