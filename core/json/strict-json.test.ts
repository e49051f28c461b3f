import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson, StrictJsonError, type StrictJsonLimits } from './strict-json.ts';

const limits: StrictJsonLimits = { maxBytes: 65_536, maxDepth: 32 };

/** The reason and place of a refusal, or the value. */
function verdict(input: Uint8Array | string, given: StrictJsonLimits = limits): unknown {
  try {
    return { value: parseStrictJson(input, given) };
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error;
    return `${error.reason} ${error.pointer}`.trim();
  }
}

describe('what is refused', () => {
  const refused: readonly (readonly [string, Uint8Array | string, string, StrictJsonLimits?])[] = [
    ['a member named twice', '{"a":1,"a":2}', 'duplicate-member /a'],
    ['a member named twice, once escaped', '{"a":1,"\\u0061":2}', 'duplicate-member /a'],
    ['a member named twice far inside', '[0,{"x":[{"b~/":1,"b~\\/":2}]}]', 'duplicate-member /1/x/0/b~0~1'],
    ['a name repeated after a nested object', '{"a":{"a":1},"b":[],"a":2}', 'duplicate-member /a'],
    ['the empty name twice', '{"":1,"":1}', 'duplicate-member /'],
    ['__proto__', '{"x":{"__proto__":{"admin":true}}}', 'forbidden-name /x'],
    ['__proto__, escaped', '{"\\u005f_proto__":1}', 'forbidden-name'],
    ['half a pair in a value', '{"a":["\\ud800"]}', 'lone-surrogate /a/0'],
    ['half a pair in a name', '{"\\udc00":1}', 'lone-surrogate'],
    ['a pair the wrong way round', '"\\udc00\\ud800"', 'lone-surrogate'],
    ['half a pair, not escaped', '"\ud800"', 'not-utf8'],
    ['half a pair as bytes', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'not-utf8'],
    ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'not-utf8'],
    ['a byte order mark', Buffer.from('\ufeff{}'), 'malformed'],
    ['a byte order mark as text', '\ufeff{}', 'malformed'],
    ['UTF-16', Buffer.from('{}', 'utf16le'), 'malformed'],
    ['nothing', '', 'malformed'],
    ['two values', '{}{}', 'malformed'],
    ['a comment', '{/**/}', 'malformed'],
    ['a trailing comma', '[1,]', 'malformed'],
    ['a null byte', '"\u0000"', 'malformed'],
    ['NaN', 'NaN', 'malformed'],
    ['too deep', '[[[]]]', 'too-deep /0/0', { maxBytes: 99, maxDepth: 2 }],
    ['too deep, not at first', '{"a":1,"b":[1,{"c":{}}]}', 'too-deep /b/1/c', { maxBytes: 99, maxDepth: 3 }],
    ['too many bytes', Buffer.from('"äää"'), 'too-large', { maxBytes: 7, maxDepth: 1 }],
    ['too many bytes as text', '"äää"', 'too-large', { maxBytes: 7, maxDepth: 1 }],
    ['too many members', '{"a":{"b":1,"c":2}}', 'too-many-members /a', { ...limits, maxMembers: 2 }],
    ['too many elements', '[1,2, 3]', 'too-many-members', { ...limits, maxMembers: 2 }],
  ];
  for (const [name, input, expected, given] of refused) {
    it(name, () => {
      expect(verdict(input, given)).toBe(expected);
    });
  }

  it('is told without a value of the text, and with a bounded pointer', () => {
    const long = 'n'.repeat(10_000);
    for (const text of [`{"${long}":{"secret":1,"secret":2}}`, 'secret', `{"a":"secret\\ud800"}`]) {
      const error = (() => {
        try {
          return parseStrictJson(text, limits);
        } catch (thrown) {
          return thrown as StrictJsonError;
        }
      })() as StrictJsonError;
      expect(error.message).not.toContain('secret');
      expect(error.cause).toBeUndefined();
      expect(error.pointer.length).toBeLessThanOrEqual(256);
    }
  });
});

describe('what is taken', () => {
  it.each([
    ['[[]]', { maxBytes: 4, maxDepth: 2 }],
    ['7', { maxBytes: 1, maxDepth: 0 }],
    ['{"a":[1,2]}', { maxBytes: 99, maxDepth: 2, maxMembers: 3 }],
    ['[ \t\r\n ]', { maxBytes: 99, maxDepth: 1, maxMembers: 0 }],
    ['[{"a":1},{"a":1}]', limits],
    ['{"a":{"a":{"a":1}}}', limits],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}', limits],
    ['"\\ud83d\\ude00 \\\\ud800 \\\\"', limits],
    ['{"constructor":{"prototype":{"x":1}},"toString":0}', limits],
  ] as const)('%s', (text, given) => {
    expect(parseStrictJson(text, given)).toEqual(JSON.parse(text));
    expect(parseStrictJson(Buffer.from(text), given)).toEqual(JSON.parse(text));
  });

  it('leaves every prototype as it was', () => {
    const value = parseStrictJson('{"constructor":{"prototype":{"polluted":1}}}', limits) as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, 'constructor')).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('for any input', () => {
  const name = fc.oneof(
    fc.constantFrom('a', 'b', 'constructor', 'prototype', '0', '', '"', '\\', '~/', 'é', '\u2028'),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 5 }),
      fc.dictionary(name, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
    ),
  }));
  const sound = (text: string) => !text.includes('__proto__');

  it('a text without duplicates is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        fc.pre(sound(text));
        expect(parseStrictJson(text, limits)).toEqual(JSON.parse(text));
        expect(parseStrictJson(Buffer.from(text), limits)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('a duplicate is found wherever it is and however it is written', () => {
    const escaped = (text: string) =>
      `"${[...text]
        .flatMap((c) => c.split(''))
        .map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join('')}"`;
    const members = fc.uniqueArray(fc.tuple(name, tree), { selector: ([key]) => key, minLength: 1 });
    const path = fc.array(fc.constantFrom('object', 'array'), { maxLength: 8 });
    fc.assert(
      fc.property(members, fc.nat(), fc.boolean(), path, tree, (list, pick, unicode, around, side) => {
        const [again] = list[pick % list.length] ?? [''];
        const parts = list.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
        parts.push(`${unicode ? escaped(again) : JSON.stringify(again)} : ${JSON.stringify(side)}`);
        let text = `{${parts.join(',')}}`;
        for (const kind of around) {
          text =
            kind === 'object'
              ? `{"s":${JSON.stringify(side)},"t":${text}}`
              : `[${JSON.stringify(side)},${text}]`;
        }
        fc.pre(sound(text) && again.isWellFormed());
        expect(verdict(text)).toMatch(/^duplicate-member/);
      }),
      { numRuns: 500 },
    );
  });

  it('nothing but its own error is thrown', () => {
    const jsonish = fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"',
          ':',
          ',',
          '\\',
          '\\ud800',
          '1',
          'a',
          ' ',
          '"a"',
          '"a":',
          '\ufeff',
        ),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: 'binary' }), jsonish), (input) => {
        verdict(input);
      }),
      { numRuns: 5_000 },
    );
  });

  it('hostile text takes time in proportion to its length', () => {
    const bytes = 65_536;
    const names = Array.from({ length: 6_000 }, (_, i) => `"k${i}":0`).join(',');
    const hostile = [
      '['.repeat(bytes),
      '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
      `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`,
      `"${'\\\\'.repeat(bytes / 2 - 2)}"`,
      `"${'\\ud83d\\ude00'.repeat(5_000)}"`,
      `{${names}}`,
      `[${' '.repeat(bytes - 2)}]`,
      `[${'[ ],'.repeat(bytes / 4 - 3)}[]]`,
      '"'.repeat(bytes),
    ];
    for (const text of hostile) {
      const begun = performance.now();
      verdict(text, { maxBytes: bytes, maxDepth: 1_000_000 });
      expect(performance.now() - begun).toBeLessThan(500);
    }
  });
});
