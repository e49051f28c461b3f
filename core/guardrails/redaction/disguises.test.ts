import { describe, expect, test } from 'vitest';
import { tenantConfigSchema } from '../../tenants/schema.ts';
import { compileOutputGate } from '../output-gate.ts';
import { compileScreen } from '../screen.ts';

const configOf = (more: object = {}) => tenantConfigSchema.parse({ tenant_id: 't1', ...more });
const gate = compileOutputGate(configOf());
/** Put together here: nothing in this file is a secret. */
const key = 'a7Kq3Zx9Bm2Rt5Yw8Lp4';

/** What is hidden stands in braces. */
const hidden: Readonly<Record<string, readonly string[]>> = {
  '[payment card]': [
    '{4111 1111 1111 1111}¹ was paid',
    '{4111 1111 1111 1111}²³',
    '{5555-5555-5555-4444}₁',
    '{④①①①①①①①①①①①①①①①}',
    'a {❹❶❶❶ ❶❶❶❶ ❶❶❶❶ ❶❶❶❶}',
    '{➃➀➀➀➀➀➀➀➀➀➀➀➀➀➀➀}',
    '{⓸⓵⓵⓵⓵⓵⓵⓵⓵⓵⓵⓵⓵⓵⓵⓵}',
    '{4111 1111\n1111 1111}',
    '{4111 1111-1111 1111}',
    '{4111\t1111\t1111\t1111}',
    '{4111\n1111\n1111\n1111}',
    '**{4111** **1111** **1111** **1111}**',
    '`{4111` `1111` `1111` `1111}`',
    '| {4111 | 1111 | 1111 | 1111} |',
    '{4111\\-1111\\-1111\\-1111}',
    'amex {3782-822463\n10005}',
  ],
  '[iban]': [
    '{DE89370400440532013000}¹ der Bank',
    '{DE89 3704 0044\n0532 0130 00}',
    '**{DE89** 3704 0044 0532 0130 00}',
    '{DE89  3704  0044  0532  0130  00}',
  ],
  '[national id]': ['{536-22-1234}¹ of hers', '{12345678Z}² of hers'],
  '[phone]': [
    '{+49 30\n90182000} by day',
    '{+49 30 90182000}¹',
    '{(415) 555\n0132}',
    'Тел. {5550132}',
    'звоните: {5550132}',
  ],
  '[email]': [
    '{john@example.com}¹',
    '{john@example.com}2 days',
    '{john.doe@\nexample.com}, see',
    'mail {john@example.\ncom}',
    'mail {john@example\n.com} now',
    '{max (at) firma.de}',
    '{john[at]example.com}',
    '{john\\@example.com}',
    '{john@example\\.com}',
    '{john&#64;example.com}',
    '{john&#x40;example.com}',
    '{john&commat;example.com}',
  ],
  '[secret]': [
    `"SecretAccessKey": "{${key}}"`,
    `clientSecret: {${key}}`,
    'dbPassword={Tr0ub4dor3x}',
    `"accessToken":"{${key}}"`,
    '\\"password\\": \\"{Tr0ub4dor3x}"',
    'password => {Tr0ub4dor3x}',
    '<password>{Tr0ub4dor3x}</password>',
    `{ghp\\_${key}}`,
    `{sk\\_live\\_${key}}`,
    `> {-----BEGIN ${'PRIVATE KEY'}-----\n> ${key}${key}\n> ${key}\n> -----END ${'PRIVATE KEY'}-----} x`,
  ],
};

describe.each(Object.entries(hidden))('%s', (mask, texts) => {
  test.each(texts)('hides %j', (text) => {
    const [before = '', , after = ''] = text.split(/[{}]/);
    expect(gate.whole(text.replace(/[{}]/g, '')).text).toBe(before + mask + after);
  });
});

test.each([
  'Access key: Ctrl+Alt+F12',
  'Set token: max_tokens=4096',
  'auth: OAuth2.0-PKCE is supported',
  'Auth: SAML2/OIDC1.0',
  'password: PBKDF2-SHA256',
  'const password = user.password1;',
  'e = 2.718281828459045 and 4.000000000000002',
  '01 02 03 04 05',
  '01.02.03.04.05',
  '07 08 09 10 11 12',
  'Binary 0110 1001 0110 1001',
  'GPS +52.520008 +13.404954',
  'See section 030-123-4567 of it',
  'Call sub-section 030-123-4567 of it',
  'token = jwt.sign1(payload)',
  'Flight LH 0400 12345',
  'git@github.com:acme/repo.git',
  'the a@b.py decorator',
  '| 4500 | 2300 | 1900 | 2024 |',
  '2019\n2020\n2021\n2022',
  'sold 415\n555 and 0132',
  'Write to root@localhost.\nDe nada.',
  'react@19.0.0 and foo@1.2.beta2',
  'compass: a1b2c3d4e5',
])('hides nothing of %j', (text) => {
  expect(gate.whole(text)).toMatchObject({ text, hits: { masked: 0 } });
});

test('a domain that is public exempts addresses there, and nothing that only stands before its sign', () => {
  const open = compileOutputGate(
    configOf({
      redaction: { allow: ['@acme.com'], patterns: [{ name: 'badge', pattern: 'BQ[0-9]{4}' }] },
    }),
  );
  for (const [text, expected] of [
    ['a@acme.com and b@other.com', 'a@acme.com and [email]'],
    [`ghp_${key}@acme.com`, '[secret]@acme.com'],
    ['4111111111111111@acme.com', '[payment card]@acme.com'],
    ['536-22-1234@acme.com', '[national id]@acme.com'],
    ['password: hunter2x@acme.com', 'password: [secret]'],
    ['DE89370400440532013000@acme.com', '[iban]@acme.com'],
    ['BQ1234@acme.com', '[badge]@acme.com'],
  ] as const)
    expect(open.whole(text).text).toBe(expected);
});

test('a value that is public silences no pattern of the tenant’s own', () => {
  const redaction = { allow: ['bq1234@acme.com'], patterns: [{ name: 'badge', pattern: 'BQ[0-9]{4}' }] };
  expect(compileOutputGate(configOf({ redaction })).whole('BQ1234@acme.com').text).toBe('[badge]@acme.com');
});

test.each([
  ['regex', 'code red', ['code red', 'code  red', 'code\nred', 'code\t red'], ['codered']],
  ['regex', '^secret', ['secret', '  secret', '\n secret'], ['a secret']],
  ['contains', 'falcon', ['f    a    l    c    o    n', '**f** **a** **l** **c** **o** **n**'], ['fa lco n']],
  ['word', 'project zeus', ['project    zeus', 'project: "**zeus**"', 'project ... zeus'], ['projects zeus']],
] as const)('a rule reads answers as it reads questions: %s %s', async (type, pattern, met, unmet) => {
  const rule = (more: object) => ({ refusal_rules: [{ type, pattern, reason: 'r', ...more }] });
  const answers = compileOutputGate(configOf(rule({ where: 'output', action: 'mask' })));
  const questions = compileScreen(configOf(rule({ where: 'input' })));
  for (const text of [...met, ...unmet]) {
    const isMet = (met as readonly string[]).includes(text);
    expect((await questions.screen(text)).refusal !== undefined, text).toBe(isMet);
    const stream = answers.open();
    let given = '';
    for (const unit of text) given += stream.push(unit).text;
    given += stream.end().text;
    expect(given.includes('[removed]'), text).toBe(isMet);
    expect(answers.whole(text).text).toBe(given);
  }
});

test('of a secret that goes on within another mask nothing is shown', () => {
  const text = `qx.zq@zxq.xz.EYJQXZ${'123QXZ456QXZ789QXZ'}.EYJQXZ987.Q-X_Z0; see`;
  const stream = gate.open();
  let given = '';
  for (const unit of text) given += stream.push(unit).text;
  expect(given + stream.end().text).toBe('[email]; see');
});

test.each(['4 1 ', '2 4 6 8 ', '00 1 ', '01 ', '300 400 ', '0 ', 'a@b.co ', 'de1 1 ', 'be12 '])(
  'a long text of %j takes time in proportion to its length',
  (piece) => {
    const ms = (length: number) => {
      const text = piece.repeat(length).slice(0, length);
      const began = performance.now();
      gate.whole(text);
      return performance.now() - began;
    };
    ms(8_000);
    const [short, long] = [Math.min(ms(8_000), ms(8_000), ms(8_000)), ms(64_000)];
    expect(long).toBeLessThan(8 * short * 4 + 50);
  },
);
