import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxSentenceLength, splitSentences } from './split-sentences.ts';

const texts = (text: string) => splitSentences(text).map((sentence) => sentence.text);

/** Text that has everything that splitting looks at, and characters outside the basic plane. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        '. ',
        '\n',
        '\r\n',
        '\n\n',
        ' | ',
        'Dr. ',
        '1.5 kg',
        '$3.49',
        '😀',
        '。',
        '?!',
        '- ',
        '...',
        ' ',
      ),
      fc.lorem(),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('splitSentences', () => {
  it('gives verbatim slices at code point offsets, in order, with nothing but white space between', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const points = Array.from(text);
        let before = 0;
        for (const { text: slice, start, end } of splitSentences(text)) {
          expect(points.slice(start, end).join('')).toBe(slice);
          expect(points.slice(before, start).join('').trim()).toBe('');
          expect(end).toBeGreaterThan(start);
          expect(slice.length).toBeLessThanOrEqual(maxSentenceLength);
          before = end;
        }
        expect(points.slice(before).join('').trim()).toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it('does not stop at abbreviations, numbers, versions and addresses', () => {
    const whole = [
      'Dr. Smith sells 1.5 kg for $3.49, e.g. to J. R. Hart of Norton Ltd. in No. 5 of version 2.1.3.',
      'See https://a.example/x.html?y=1 at approx. 9 a.m. on Mondays.',
    ];
    expect(texts(whole.join(' '))).toEqual(whole);
  });

  it('ends sentences before the next one begins', () => {
    expect(texts('It closes at 6 p.m. Sundays are quiet. Really? Yes! "Good." So it is.')).toEqual([
      'It closes at 6 p.m.',
      'Sundays are quiet.',
      'Really?',
      'Yes!',
      '"Good."',
      'So it is.',
    ]);
  });

  it('keeps headings, list items and table rows apart, and joins wrapped lines', () => {
    const text =
      'Safety\nNever use the stove inside a tent or any other closed space, because it\nproduces carbon monoxide.\n' +
      '- First item\n- Second item\n1. Step one\nName | Price\nGala apples | 1.99\nspaghetti      $0.89     $1.79';
    expect(texts(text)).toEqual([
      'Safety',
      'Never use the stove inside a tent or any other closed space, because it\nproduces carbon monoxide.',
      '- First item',
      '- Second item',
      '1. Step one',
      'Name | Price',
      'Gala apples | 1.99',
      'spaghetti      $0.89     $1.79',
    ]);
  });

  it('knows full stops without a space after them', () => {
    expect(texts('今日は。いい天気ですね！')).toEqual(['今日は。', 'いい天気ですね！']);
  });

  it('is linear for hostile text', () => {
    const before = performance.now();
    for (const unit of ['.', '. ', '"', '.)', ' ', 'a.', 'A. ', '\n', ' | ', '😀', '1.'])
      splitSentences(unit.repeat(100_000));
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
