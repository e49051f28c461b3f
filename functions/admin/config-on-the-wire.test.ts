import { describe, expect, it } from 'vitest';
import { Problem } from '../../core/problems/problem.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { check } from '../http/read-body.ts';
import { configOnTheWire } from './config-on-the-wire.ts';

/** `<field> <reason>` of everything that is wrong. */
function errorsOf(config: object): string[] {
  try {
    check(configOnTheWire, { tenant_id: 't1', ...config });
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.code).toBe('invalid');
    return (error.errors ?? []).map(({ field, reason }) => `${field} ${reason}`);
  }
}
const rule = (pattern: string, more: object = {}) => ({ type: 'regex', pattern, reason: 'r', ...more });
const nothing = '\u200b\u00ad';

it('rules of every kind are taken, and what is left out stays left out', () => {
  const config = {
    tenant_id: 't1',
    refusal_rules: [
      { type: 'contains', pattern: 'hack', reason: 'Security violation' },
      { type: 'word', pattern: 'c++', reason: 'r', leet: true, shadow: true },
      rule('(?:pass|key)word\\s{1,3}\\d{4,8}', { where: 'both', action: 'audit' }),
      rule('a.*b+'),
    ],
    sensitive_prompt_patterns: ['password', { pattern: 'credit card', where: 'output', action: 'mask' }],
    blocked_tools: ['mcp_finance', { name: 'mcp_admin', where: 'both' }],
    redaction: { email: 'off', patterns: [{ name: 'order', pattern: 'ORD-\\d{6}' }] },
  };
  expect(errorsOf(config)).toEqual([]);
  expect(check(configOnTheWire, config)).toMatchObject(config);
});

describe('what cannot be applied is not taken, and named', () => {
  it.each<[string, object, string]>([
    ['a rule', { refusal_rules: [rule('a'), rule('(a')] }, '/refusal_rules/1/pattern is not taken: '],
    [
      'a sensitive pattern',
      { sensitive_prompt_patterns: ['a', { type: 'regex', pattern: '[b-a]' }] },
      '/sensitive_prompt_patterns/1/pattern is not taken: ',
    ],
    [
      'a pattern of the redaction',
      {
        redaction: {
          patterns: [
            { name: 'a', pattern: 'a' },
            { name: 'b', pattern: 'a**' },
          ],
        },
      },
      '/redaction/patterns/1/pattern is not taken: ',
    ],
    ['a reference back', { refusal_rules: [rule('(a)\\1')] }, '/refusal_rules/0/pattern is not taken: '],
    ['a look ahead', { refusal_rules: [rule('a(?!b)')] }, '/refusal_rules/0/pattern is not taken: '],
    ['a look behind', { refusal_rules: [rule('(?<=a)b')] }, '/refusal_rules/0/pattern is not taken: '],
    ['what matches nothing', { refusal_rules: [rule('a*')] }, '/refusal_rules/0/pattern is not taken: '],
    ['what grows', { refusal_rules: [rule('(a{99}){99}')] }, '/refusal_rules/0/pattern is not taken: '],
    [
      'a name that is no pattern of the redaction',
      { redaction: { patterns: [{ name: 'A', pattern: 'a' }] } },
      '/redaction/patterns/0/name must be lower case',
    ],
  ])('%s', (_what, config, start) => {
    const errors = errorsOf(config);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.startsWith(start), errors[0]).toBe(true);
    expect(errors[0]?.length).toBeGreaterThan(start.length);
  });

  it.each<[string, object, string]>([
    ['of a rule', { refusal_rules: [rule(nothing, { type: 'word' })] }, '/refusal_rules/0/pattern'],
    [
      'of a sensitive pattern that is a text',
      { sensitive_prompt_patterns: ['a', nothing] },
      '/sensitive_prompt_patterns/1',
    ],
    [
      'of a sensitive pattern',
      { sensitive_prompt_patterns: [{ pattern: nothing }] },
      '/sensitive_prompt_patterns/0/pattern',
    ],
    ['of a tool that is a text', { blocked_tools: [nothing] }, '/blocked_tools/0'],
    ['of a tool', { blocked_tools: ['a', { name: nothing }] }, '/blocked_tools/1/name'],
  ])('a text with nothing to look for: %s', (_what, config, field) => {
    expect(errorsOf(config)).toEqual([`${field} has no letter, digit or sign that could be looked for`]);
  });

  it.each<[string, object, string]>([
    [
      'a rule for answers',
      { refusal_rules: [rule('a{1,257}', { where: 'output' })] },
      '/refusal_rules/0/pattern may match at most 256 characters where answers are looked at, and matches 257',
    ],
    [
      'a rule for both',
      { sensitive_prompt_patterns: [{ type: 'regex', pattern: 'a.*b', where: 'both' }] },
      '/sensitive_prompt_patterns/0/pattern may match at most 256 characters where answers are looked at, and matches any number: write {1,20} in place of + or *',
    ],
    [
      'a pattern of the redaction',
      { redaction: { patterns: [{ name: 'a', pattern: 'x+' }] } },
      '/redaction/patterns/0/pattern may match at most 256 characters where answers are looked at, and matches any number: write {1,20} in place of + or *',
    ],
  ])('what would hold back too much of an answer: %s', (_what, config, error) => {
    expect(errorsOf(config)).toEqual([error]);
  });

  it('a longer match is taken where questions alone are looked at, and 256 in answers', () => {
    expect(errorsOf({ refusal_rules: [rule('a+'), rule('a{1,256}', { where: 'both' })] })).toEqual([]);
  });

  it('the expression that brings all together over the bound, and none before it', () => {
    const ten = Array.from({ length: 10 }, () => rule('[a-z]{300}'));
    expect(errorsOf({ refusal_rules: ten })).toEqual([]);
    const one = rule('aa');
    expect(errorsOf({ refusal_rules: [...ten, one, one, rule('(')] })).toEqual([
      '/refusal_rules/10/pattern is one too many: all expressions for questions together may have 3000 places with repetitions written out, and with this one they have 3002',
      expect.stringMatching(/^\/refusal_rules\/12\/pattern is not taken/),
    ]);
    // Answers are looked at by an automaton of their own.
    expect(errorsOf({ refusal_rules: [...ten, rule('aa', { where: 'output' })] })).toEqual([]);
    const patterns = Array.from({ length: 31 }, (_, n) => ({ name: `p${n}`, pattern: '[a-z]{100}' }));
    expect(errorsOf({ refusal_rules: ten, redaction: { patterns: patterns.slice(1) } })).toEqual([]);
    expect(errorsOf({ refusal_rules: ten, redaction: { patterns } })).toEqual([
      '/redaction/patterns/30/pattern is one too many: all that is looked for in answers together may have 3000 places with repetitions written out (a letter of a text counts as up to 6), and with this one it has 3100',
    ]);
  });

  it('texts that would be looked for in answers and are too many or too long for that', () => {
    const both = (pattern: string) => ({ pattern, where: 'both' });
    const texts = Array.from({ length: 200 }, (_, n) => `${'credit card '.repeat(2)}${n}`);
    expect(errorsOf({ sensitive_prompt_patterns: texts })).toEqual([]);
    const errors = errorsOf({ sensitive_prompt_patterns: texts.map(both) });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(
      /^\/sensitive_prompt_patterns\/\d+\/pattern is one too many: all that is looked for in answers/,
    );
    expect(errorsOf({ sensitive_prompt_patterns: ['x'.repeat(500)] })).toEqual([]);
    expect(errorsOf({ sensitive_prompt_patterns: [both('x'.repeat(200))] })[0]).toMatch(
      /^\/sensitive_prompt_patterns\/0\/pattern may match at most 256 characters/,
    );
    expect(errorsOf({ sensitive_prompt_patterns: [both('x'.repeat(500))] })).toEqual([
      '/sensitive_prompt_patterns/0/pattern may match at most 256 characters where answers are looked at: write a shorter text',
    ]);
  });

  it('the text that brings all that are looked for in questions over the bound, wherever it stands', () => {
    const sixty = Array.from({ length: 60 }, () => 'x'.repeat(500));
    expect(errorsOf({ sensitive_prompt_patterns: sixty })).toEqual([]);
    expect(
      errorsOf({ sensitive_prompt_patterns: [...sixty.slice(1), 'x'.repeat(499), 'x', 'y', 'z'] }),
    ).toEqual([
      '/sensitive_prompt_patterns/61 is one too many: all texts that are looked for in questions together may have 30000 characters, and with this one they have 30001',
    ]);
    expect(errorsOf({ sensitive_prompt_patterns: sixty, blocked_tools: ['x1'] })).toEqual([
      expect.stringMatching(/^\/blocked_tools\/0 is one too many: all texts/),
    ]);
  });

  it('a name of the redaction that stands there already', () => {
    const patterns = ['a', 'b', 'a'].map((name) => ({ name, pattern: 'x' }));
    expect(errorsOf({ redaction: { patterns } })).toEqual([
      '/redaction/patterns/2/name must be different from those before it',
    ]);
  });

  it('what becomes of answers, of a rule that does not look at them', () => {
    const text = { type: 'contains', pattern: 'a', reason: 'r' };
    expect(
      errorsOf({
        refusal_rules: [
          { ...text, action: 'mask' },
          { ...text, action: 'audit', where: 'input' },
          { ...text, action: 'block', where: 'output' },
        ],
        sensitive_prompt_patterns: ['a', { pattern: 'a', action: 'block' }, { pattern: 'a', action: 'mask' }],
        blocked_tools: [{ name: 'a', action: 'audit' }],
      }),
    ).toEqual([
      '/refusal_rules/0/action is for answers: add where',
      '/refusal_rules/1/action is for answers: where must be output or both',
      '/sensitive_prompt_patterns/2/action is for answers: add where',
      '/blocked_tools/0/action is for answers: add where',
    ]);
  });

  it('routes that there are not, and two of one name', () => {
    const route = (id: string) => ({ id, description: 'd' });
    expect(errorsOf({ allowed_routes: ['PRICE_COMPARE', 'DIET_NUTRITION'] })).toEqual([]);
    expect(errorsOf({ allowed_routes: [] })).toEqual([]);
    expect(errorsOf({ allowed_routes: ['GENERAL', 'RETURNS'], routes: [route('RETURNS')] })).toEqual([]);
    expect(errorsOf({ allowed_routes: ['GENERAL', 'general'] })).toEqual([
      '/allowed_routes/1 is not a route',
    ]);
    expect(errorsOf({ routes: [route('A'), route('GENERAL'), route('A')] })).toEqual([
      '/routes/2/id must be different from those before it',
    ]);
  });

  it('letters for digits in an expression, which says what it looks for itself', () => {
    expect(errorsOf({ refusal_rules: [rule('a', { leet: true })] })).toEqual([
      '/refusal_rules/0/leet is not for regular expressions',
    ]);
  });

  it('every rule that is wrong, at once, up to twenty', () => {
    const errors = errorsOf({ refusal_rules: Array.from({ length: 30 }, () => rule('(')) });
    expect(errors).toHaveLength(20);
    expect(errors.at(-1)).toContain('/refusal_rules/19/pattern');
  });

  it('in an entry of several forms, what its form lacks', () => {
    expect(
      errorsOf({
        sensitive_prompt_patterns: [5, { type: 'glob', pattern: 'a' }, { type: 'word' }, ''],
        blocked_tools: [{ name: 'a', action: 'off' }, { tool: 'a' }, 'x'.repeat(65)],
      }),
    ).toEqual([
      '/blocked_tools/0/action must be one of mask, block, audit',
      '/blocked_tools/1/name is missing',
      '/blocked_tools/1/tool is not a known field',
      '/blocked_tools/2 must be at most 64 characters',
      '/sensitive_prompt_patterns/0 must be a string or an object',
      '/sensitive_prompt_patterns/1/type must be one of contains, word, regex',
      '/sensitive_prompt_patterns/2/pattern is missing',
      '/sensitive_prompt_patterns/3 must be at least 1 character',
    ]);
  });
});

it('rules are read only where their number and length are within bounds', () => {
  const huge = '('.repeat(200_000);
  expect(errorsOf({ refusal_rules: [rule(huge), rule('(')] })).toEqual([
    '/refusal_rules/0/pattern must be at most 500 characters',
  ]);
  expect(errorsOf({ refusal_rules: Array(5_000).fill(rule('(')) })).toEqual([
    '/refusal_rules must have at most 200 entries',
  ]);
});

it('as many rules as there may be, as hostile as they may be, are read within a second', () => {
  const worst = [
    '(a|b)*a[ab]{100}c',
    '((((a?){3}){3}){3}){3}b',
    `${'('.repeat(249)}a${')'.repeat(249)}`,
    '\\p{L}'.repeat(99),
    '[\u0000-\u{10ffff}]{300}',
  ];
  const rules = Array.from({ length: 200 }, (_, n) => rule(worst[n % worst.length] ?? ''));
  const beganMs = performance.now();
  expect(errorsOf({ refusal_rules: rules }).length).toBeGreaterThan(0);
  expect(performance.now() - beganMs).toBeLessThan(1_000);
});

it('what is stored stays readable, whatever its rules say', () => {
  const stored = { tenant_id: 't1', refusal_rules: [rule('(')], sensitive_prompt_patterns: [nothing] };
  expect(tenantConfigSchema.parse(stored)).toMatchObject(stored);
});
