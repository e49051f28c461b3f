import { describe, expect, it } from 'vitest';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { parsePattern } from './automaton/parse-pattern.ts';
import { checkRules } from './check-rules.ts';
import { compileOutputGate } from './output-gate.ts';
import { readExpression } from './read-expression.ts';
import { compileScreen } from './screen.ts';
import { foldAsWritten, foldCodePoint } from './text/fold.ts';
import { visibleText } from './text/visible-text.ts';

const matches = async (pattern: string, text: string) => {
  const config = { tenant_id: 't1', refusal_rules: [{ type: 'regex', pattern, reason: 'r' }] };
  return (
    (await compileScreen(tenantConfigSchema.parse(config)).screen(visibleText(text))).refusal !== undefined
  );
};

describe('an expression means what is written', () => {
  it.each([
    // Another script is no plain English.
    ['[\\u0400-\\u04FF]', 'What do oats cost?'],
    ['[а-яё]{3,}', 'How much is cocoa?'],
    ['[а-я]', 'peace'],
    ['[α-ω]', 'What do oats cost?'],
    ['[\\u0600-\\u06ff]', 'a year such as 2024.'],
    ['[^\\x00-\\x7F]', 'What do oats cost?'],
    ['[\\u{1f300}-\\u{1f5ff}]', 'hello a'],
    ['\\p{Script=Cyrillic}', 'What do oats cost?'],
    ['cop', 'лучший сорт'],
    // Letters of any script make words.
    ['\\bhack\\b', 'éhack'],
    ['\\bкот\\b', 'который'],
    ['\\W', 'привет'],
  ])('%s does not match %s', async (pattern, text) => {
    expect(await matches(pattern, text)).toBe(false);
  });

  it.each([
    ['[\\u0400-\\u04FF]', 'Что это?'],
    ['[а-яё]{4}', 'раса'],
    ['[а-яё]{4}', 'РАСА'],
    ['[α-ω]{5}', 'ΝΌΜΟΣ'],
    ['[^\\x00-\\x7F]', 'сор'],
    ['\\p{Script=Cyrillic}', 'раса'],
    ['\\p{Script=Cyrillic}', 'УРА'],
    ['[\\u0080-\\uffff]', 'Что это?'],
    ['[a-zà-ÿ]{4}', 'été9 café'],
    ['[éà]t', 'été'],
    ['[\\u3040-\\u309f]', 'はい'],
    ['[\\u4e00-\\u9fff]', '漢字'],
    ['тайна', 'Тайна раскрыта'],
    ['ΝΌΜΟΣ', 'ο νόμος'],
    // By look-alikes, small and capital, alone and mixed.
    ['hack', 'НАСК'],
    ['hack', 'hасk'],
    ['hack', 'как hасk мой'],
    ['пароль', 'пapoль'],
    // White space is one space.
    ['a\\nb', 'a\nb'],
    ['a\\tb', 'a\tb'],
    ['foo  bar', 'foo  bar'],
    ['foo \\n(?: )bar', 'foo bar'],
    ['foo\\s{2,}bar', 'foo   bar'],
    ['foo[\\n\\v;]bar', 'foo\nbar'],
    ['a[^\\n]*b', 'a x b'],
    ['(?:^|\\s)rm(?:\\s|$)', 'rm'],
    ['^\\s*rm', '  rm'],
    // Words.
    ['\\bпривет\\b', 'скажи привет всем'],
    ['\\w{6}', 'привет'],
    ['item ❹', 'item 4'],
  ])('%s matches %s', async (pattern, text) => {
    expect(await matches(pattern, text)).toBe(true);
  });

  it.each([
    ['[à-ÿ]', 'write the plain letters'],
    ['[\\u00c0-\\u024f]', 'write the plain letters'],
    ['[ａ-ｚ]', 'write the plain letters'],
    ['[\\uff01-\\uff5e]', 'write the plain letters'],
    ['[①-⑳]', 'write the plain letters or digits'],
    ['[٠-٩]', 'write the plain letters or digits'],
    ['[\\u200b-\\u200f]', 'not looked at'],
    ['[\\u2000-\\u206f]', 'next to nothing'],
    ['[\\u200b\\ufeff]', 'has only characters that are not looked at'],
    ['\\p{Lu}{5,}', 'write \\p{L} in place of \\p{Lu}'],
    ['[\\p{Ll}]', 'case is not looked at'],
    ['\\p{Uppercase}', 'case is not looked at'],
    ['^\\s', 'neither begins nor ends with white space'],
    ['rm\\s+$', 'neither begins nor ends with white space'],
  ])('%s is refused: it would match nothing, or everything', (pattern, message) => {
    expect(() => readExpression(pattern)).toThrow(message);
  });
});

it.each<[string, string, string]>([
  ['[а-яё]{4,20}', 'О раса и peace.', 'О [removed] и peace.'],
  ['\\p{Script=Cyrillic}{2,20}', 'a сор b', 'a [removed] b'],
  ['тайна', 'Тайна, ТАЙНА, тайна', '[removed], [removed], [removed]'],
  ['hack', 'a hасk', 'a [removed]'],
  ['\\bкот\\b', 'кот и который', '[removed] и который'],
  ['[^\\x00-\\x7F]{1,20}', 'a сор b', 'a [removed] b'],
])('in answers as well: %s in “%s”', (pattern, text, shown) => {
  const rule = { type: 'regex', pattern, reason: 'r', where: 'output', action: 'mask' };
  const config = tenantConfigSchema.parse({ tenant_id: 't1', refusal_rules: [rule] });
  expect(compileOutputGate(config).whole(text).text).toBe(shown);
});

describe('reading expressions is little work, whatever ranges they have', () => {
  /** 500 characters each: one range over and over, ranges of every script, and ranges in classes that all differ. */
  const range = (from: number, to: number) => `${String.fromCodePoint(from)}-${String.fromCodePoint(to)}`;
  const hostile = [
    (_: number) => `[${'Ā-ӿ'.repeat(165)}]`,
    (n: number) =>
      `[${Array.from({ length: 165 }, (_, i) => range(0x100 + ((i * 331 + n) % 0x3000), 0x3400)).join('')}]`,
    (n: number) =>
      `[${Array.from({ length: 165 }, (_, i) => range(0x3400 + (i % 24) * 1023 + n, 0x3400 + (i % 24) * 1023 + 1022 + n)).join('')}]`,
    (n: number) =>
      Array.from({ length: 99 }, (_, i) => `[${range(0x100 + i + 100 * n, 0xfffd - i)}]`).join(''),
  ];

  it.each(hostile.map((make, i) => [i, make] as const))('%i', (_, make) => {
    let folds = 0;
    const fold = (codePoint: number) => {
      folds += 1;
      return foldAsWritten(codePoint);
    };
    const reading = { fold, looks: foldCodePoint, oneSpace: true };
    for (let n = 0; n < 200; n += 1) {
      try {
        parsePattern(make(n).slice(0, 500), { reading });
      } catch {
        // Refused, which is no work either.
      }
    }
    // Each code point that may be changed once, in the life of a process.
    expect(folds).toBeLessThan(90_000);
  });

  it('and a pattern with too many characters in its ranges is refused', () => {
    const all = Array.from({ length: 9 }, (_, i) => `[${range(0x100 + i, 0xfffd)}]`).join('');
    expect(() => readExpression(all)).toThrow('has too many characters: write \\p{…} in place of ranges');
  });

  it('and of a document full of expressions that are refused, the first ones are', () => {
    const pattern = `${'(?:a|b)'.repeat(60)}{9}(`;
    const refusal_rules = Array.from({ length: 200 }, () => ({ type: 'regex', pattern, reason: 'r' }));
    expect(checkRules(tenantConfigSchema.parse({ tenant_id: 't1', refusal_rules }))).toHaveLength(20);
  });
});
