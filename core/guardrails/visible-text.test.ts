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

  it('takes time in proportion to the text', () => {
    const startedAt = performance.now();
    visibleText('\u0301\u200d'.repeat(200_000));
    visibleText('👩\u200d\ufe0f'.repeat(100_000));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
