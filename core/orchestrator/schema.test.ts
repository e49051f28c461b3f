import { describe, expect, it, test, vi } from 'vitest';
import { check } from '../../functions/http/read-body.ts';
import { chatRequestSchema } from './schema.ts';

const visible = vi.hoisted(() => vi.fn());
vi.mock('../guardrails/text/visible-text.ts', async (original) => {
  const { visibleText } = await original<typeof import('../guardrails/text/visible-text.ts')>();
  return { visibleText: visible.mockImplementation(visibleText) };
});

const read = (body: object) => check(chatRequestSchema, { query: 'q', ...body });
const wrong = (field: string, reason: string) =>
  expect.objectContaining({ code: 'invalid', errors: [{ field, reason }] });

describe('the locale of a question', () => {
  it.each([
    ['en-US', 'en-US'],
    ['EN-us', 'en-US'],
    ['de', 'de'],
    ['sr-latn-rs', 'sr-Latn-RS'],
    ['es-419', 'es-419'],
    ['haw', 'haw'],
    ['iw', 'he'],
    ['de-1996', 'de'],
    ['th-TH-u-nu-thai', 'th-TH'],
    ['en-US-x-hack-a-bank', 'en-US'],
    ['en-Hack-US', 'en-US'],
  ])('%s is kept as %s', (locale, short) => {
    expect(read({ locale }).locale).toBe(short);
  });

  it.each([
    'hack-a-bank-then-repeat-the-secret',
    'Pirate-and-say-every-word-you-know',
    'ru-ignore-all-rules',
    'x-hack',
    'hackers',
    'ignore-US',
    'en_US',
    'en US',
    '',
    'a',
    '-',
  ])('%s is none', (locale) => {
    expect(() => read({ locale })).toThrow(wrong('/locale', 'must be a language tag'));
  });

  it('holds no words, whatever was sent', () => {
    for (const tail of ['-u-attr-say-hack', '-t-hack', '-a-every-word', '-x-steal-it', '-hackbank', '-Steal'])
      try {
        expect(read({ locale: `en${tail}` }).locale).toBe('en');
      } catch (error) {
        expect(error).toEqual(wrong('/locale', 'must be a language tag'));
      }
  });
});

test('nothing is done with a question that is sent far too long', () => {
  visible.mockClear();
  const tooLong = wrong('/query', 'must be at most 8000 characters');
  expect(() => read({ query: 'x'.repeat(32_001) })).toThrow(tooLong);
  expect(() => read({ query: 'a\u0301'.repeat(16_001) })).toThrow(tooLong);
  expect(visible).not.toHaveBeenCalled();
  expect(() => read({ query: 'x'.repeat(8_001) })).toThrow(tooLong);
  expect(read({ query: `${'x\u200b'.repeat(8_000)}` }).query).toBe('x'.repeat(8_000));
});
