import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

/** Everything that the rules tell apart, many times over. */
const pieces = fc.constantFrom(
  ...[
    'a',
    'é',
    'e\u0301',
    '\u0301',
    '\u0327',
    '\u200b',
    '\u200c',
    '\u200d',
    '\ufe0f',
    '\u00ad',
    '\u202e',
    '\u034f',
  ],
  ...[
    '\ud800',
    '\udc00',
    '\u{e0041}',
    '\r',
    '\n',
    '\r\n',
    '\t',
    '\u0000',
    '\u2028',
    '\u3164',
    'क',
    '्',
    'ष',
    'ب',
  ],
  ...['👩', '💻', '❤', '\u{1f3fd}', 'か', '\u3099', '1', '\u20e3', ' ', '\u1100', '\u1161'],
);
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

describe('visible text', () => {
  it('is the same when made visible again', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(visibleText(visibleText(text))).toBe(visibleText(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('is well-formed and composed, and holds no control character but tab and line feed', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const shown = visibleText(text);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).toBe(shown.normalize('NFC'));
        expect(shown).not.toMatch(/(?![\t\n])\p{Cc}|\u034f|[\u200b\u202e\u00ad\u3164\u{e0041}]|\p{M}{5}/u);
      }),
      { numRuns: 3_000 },
    );
  });

  it('loses what nobody sees', () => {
    for (const one of [
      '\u200b',
      '\u00ad',
      '\u2060',
      '\u202e',
      '\u2066',
      '\ufeff',
      '\u034f',
      '\u3164',
      '\uffa0',
      '\u115f',
    ])
      expect(visibleText(`h${one}ack`)).toBe('hack');
    for (const one of [
      '\u{e0041}',
      '\u{e0100}',
      '\ufe0e',
      '\ufe0f',
      '\u200d',
      '\u200c',
      '\u0000',
      '\u0085',
      '\ud83d',
      '\udc00',
    ])
      expect(visibleText(`h${one}ack`)).toBe('hack');
  });

  it('keeps ordinary texts of any script as they are', () => {
    const kept = [
      'How much does it cost?\n\t– 5 € «net»',
      'सर्वश्रेष्ठ',
      'می‌خواهم',
      'क्‍ष',
      '👩‍💻 ❤️ 🇫🇷 👍🏽',
      '今日は、東京',
      'Tiếng Việt',
    ];
    for (const text of kept) expect(visibleText(text)).toBe(text);
    expect(visibleText('❤️‍🔥')).toBe('❤️‍🔥');
    expect(visibleText('a\r\nb\rc')).toBe('a\nb\nc');
    expect(visibleText('e\u0301')).toBe('é');
  });

  it('cuts marks that are stacked higher than a language does', () => {
    expect(visibleText(`x${'\u0335'.repeat(50)}y`)).toBe(`x${'\u0335'.repeat(4)}y`);
    expect(visibleText(`x${'\u0335\u200d'.repeat(50)}y`)).toBe(`x${'\u0335'.repeat(4)}y`);
  });

  it('composes as high a stack as may be before it is cut, in the order in which one sees it', () => {
    // Below a letter stands before above it, whatever was typed first.
    expect(visibleText(`a${'\u0301'.repeat(29)}\u0323`)).toBe(`\u1ea1${'\u0301'.repeat(4)}`);
  });

  it.each([
    ['in turns', '\u0345\u0301\u0327\u0323\u0334'.repeat(3_000)],
    ['sorted by halves', '\u0345'.repeat(7_500) + '\u0334'.repeat(7_500)],
    ['on many letters', `b${'\u0345\u0334'.repeat(50)}`.repeat(150)],
  ])('takes no longer for marks in the wrong order, %s, than in the right one', (_what, marks) => {
    const fastest = (text: string) =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const beganMs = performance.now();
          visibleText(text);
          return performance.now() - beganMs;
        }),
      );
    // A run of marks is put in order as it grows: its length squared, where they come in the wrong one.
    expect(fastest(`a${marks}`)).toBeLessThan(10 * fastest(`a${'\u0301'.repeat(marks.length)}`) + 20);
  });

  it('takes time in proportion to the text', () => {
    const startedAt = performance.now();
    visibleText('\u0301\u200d'.repeat(200_000));
    visibleText('👩\u200d\ufe0f'.repeat(100_000));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
