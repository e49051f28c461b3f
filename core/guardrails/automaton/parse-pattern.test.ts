import { describe, expect, it } from 'vitest';
import { createAutomaton } from './automaton.ts';
import { type PatternOptions, parsePattern } from './parse-pattern.ts';
import { PatternRefused } from './pattern-refused.ts';

const matches = (source: string, text: string, options?: PatternOptions) => {
  let found = false;
  const scanner = createAutomaton([parsePattern(source, options)]).scanner(() => {
    found = true;
  });
  let position = 0;
  for (const character of text) scanner.step(character.codePointAt(0) ?? 0, position++);
  scanner.end(position);
  return found;
};

describe('a pattern that is refused says what is wrong, and where', () => {
  it.each([
    ['ab(', 'not a regular expression: Unterminated group (at character 4)'],
    ['[z-a]', 'not a regular expression: Range out of order in character class (at character 5)'],
    ['\\p{Nonsense}', 'not a regular expression: Invalid property name (at character 12)'],
    ['(a)b\\1', 'back references are not supported (at character 5)'],
    ['(?<x>a)\\k<x>', 'back references are not supported (at character 8)'],
    ['x(?=a)', 'lookarounds are not supported (at character 2)'],
    ['x(?!a)', 'lookarounds are not supported (at character 2)'],
    ['(?<=a)x', 'lookarounds are not supported (at character 1)'],
    ['x(?i:a)', 'modifiers are not supported (at character 2)'],
    ['a*', 'the pattern matches the empty text'],
    ['\\b', 'the pattern matches the empty text'],
    ['a|', 'the pattern matches the empty text'],
    ['', 'the pattern matches the empty text'],
    ['a{301}', 'the pattern is too large: 301 places with repetitions written out, 300 are allowed'],
    ['(){301}a', 'the pattern is too large: 302 places with repetitions written out, 300 are allowed'],
    [`${'('.repeat(51)}a${')'.repeat(51)}`, 'the pattern is nested deeper than 50 (at character 51)'],
    ['a'.repeat(4001), 'the pattern has more than 4000 characters'],
  ])('%s', (source, message) => {
    expect(() => parsePattern(source)).toThrow(new PatternRefused(message));
  });

  it.each([
    '((((a{256}){256}){256}){256}){256}',
    `${'('.repeat(40)}a${'{99}){99}'.repeat(40)}`,
    `a{1${'0'.repeat(400)}}`,
    `(a?){1${'0'.repeat(400)},}`,
    // One place and many forks.
    `a(?:${'(?:'.repeat(40)}a?${')?'.repeat(40)}){200}`,
    `${'('.repeat(3000)}a`.slice(0, 4000),
  ])('hostile: %s', (source) => {
    expect(() => parsePattern(source)).toThrow(PatternRefused);
  });
});

describe('what is known of a pattern', () => {
  it.each([
    ['abc', 3, 3, 3],
    ['a{2,5}', 5, 2, 5],
    ['a+', 1, 1, Infinity],
    ['a{3,}', 3, 3, Infinity],
    ['(?:ab|c)d?', 4, 1, 3],
    ['\\bab\\b', 4, 2, 2],
    ['(?:\\b)*a', 2, 1, 1],
    ['a{0}b', 2, 1, 1],
    ['💥{2}', 2, 2, 2],
    ['[a-z]{1,256}', 256, 1, 256],
  ])('%s has %d places and matches %d to %d characters', (source, size, minLength, maxLength) => {
    expect(parsePattern(source)).toMatchObject({ source, size, minLength, maxLength });
  });
});

describe('characters', () => {
  it('are taken in lower case, however the pattern is written', () => {
    expect(matches('HACK', 'hack')).toBe(true);
    expect(matches('[A-F]x', 'ex')).toBe(true);
    expect(matches('[^A-F]x', 'ex')).toBe(false);
    expect(matches('[À-Þ]x', 'éx')).toBe(true);
    expect(matches('É', 'é')).toBe(true);
  });

  it('are those of the classes of ECMAScript', () => {
    for (const [source, inside, outside] of [
      ['\\d', '7', '٣'],
      ['\\D', 'x', '7'],
      ['\\w', '_', '-'],
      ['\\w', 'é', '—'],
      ['\\W', '—', 'é'],
      ['[\\w-]', 'я', '+'],
      ['[^\\w-]', '+', 'я'],
      ['\\s', '\u00a0', 'a'],
      ['\\S', 'a', '\u3000'],
      ['.', '💥', '\n'],
      ['[^\\d]', '٣', '7'],
      ['\\p{L}', 'ж', '1'],
      ['\\P{L}', '1', 'ж'],
      ['[\\p{N}\\-]', '٣', 'a'],
      ['[^\\p{N}]', 'a', '٣'],
      ['\\p{Script=Han}', '漢', 'a'],
      ['\\u{1F4A5}', '💥', 'a'],
    ] as const) {
      expect(matches(source, inside), `${source} on ${inside}`).toBe(true);
      expect(matches(source, outside), `${source} on ${outside}`).toBe(false);
    }
  });

  it('take what the text is folded to, and themselves', () => {
    const folded = new Map([
      ['é', 'e'],
      ['ß', 'ss'],
      ['\u0301', ''],
    ]);
    const fold = (codePoint: number) => {
      const character = String.fromCodePoint(codePoint);
      return [...(folded.get(character) ?? character.toLowerCase())].map((each) => each.codePointAt(0) ?? 0);
    };
    const looks = (codePoint: number) => (codePoint === 0x441 ? [0x63] : fold(codePoint));
    const reading = { fold, looks, oneSpace: false };
    expect(matches('café', 'cafe', { reading })).toBe(true);
    expect(matches('caf[éà]', 'cafe', { reading })).toBe(true);
    expect(matches('cafe\u0301', 'cafe', { reading })).toBe(true);
    expect(matches('straße', 'strasse', { reading })).toBe(true);
    expect(matches('сорт', 'copт', { reading })).toBe(false);
    expect(matches('сорт', 'сорт', { reading })).toBe(true);
    expect(matches('сорт', 'cорт', { reading })).toBe(true);
    expect(matches('café', 'cafe')).toBe(false);
  });
});

describe('lookarounds of one character', () => {
  it('are taken where they are asked for, and no others', () => {
    const lookaround = true;
    expect(matches('(?<![0-9])[0-9]{3}(?![0-9])', 'a123', { lookaround })).toBe(true);
    expect(matches('(?<![0-9])[0-9]{3}(?![0-9])', '1234', { lookaround })).toBe(false);
    expect(matches('(?<!\\p{L})x(?!y)', 'жx', { lookaround })).toBe(false);
    for (const source of ['(?!ab)c', '(?<!a|b)c', '(?=a)b', '(?<=a)b', '(?!)a', '(?!(?:a))b']) {
      expect(() => parsePattern(source, { lookaround }), source).toThrow(PatternRefused);
    }
  });
});
