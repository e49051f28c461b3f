import { describe, expect, test } from 'vitest';
import { tenantConfigSchema } from '../../tenants/schema.ts';
import { compileOutputGate } from '../output-gate.ts';

const gate = compileOutputGate(tenantConfigSchema.parse({ tenant_id: 't1' }));

/** By mask: answers with what is hidden in braces, and answers that only look alike, of which nothing is hidden. */
const examples: Readonly<Record<string, readonly [hidden: readonly string[], harmless: readonly string[]]>> =
  {
    '[email]': [
      [
        'Write to {anna@example.org}.',
        'Write to {anna.b-c_d+news@mail.example.co.uk}, please',
        '<{a@b.io}>',
        'user={root@host-1.internal.example} ok',
        '({jane@corp.example})',
        '**{zoe@firm.example}**',
        "'{tom@firm.example}'",
        '{o’brien@irish.example}',
        'An {müller@straße.example} bis Freitag',
        'Пишите на {иван@почта.рф}!',
        '请写信给 {用户@例子.公司}。',
        '联系{wei@example.com}。',
        '{ＡＮＮＡ@example.org}',
        '{anna@exa\u0301mple.org} x',
        '{INFO@EXAMPLE.COM}',
        '{x@xn--bcher-kva.example}',
        '{anna@example.museum}...',
        'a {anna@example.org}; {bob@example.org}',
        'Mail {john [at] example [dot] com} now',
        'Mail {john at example dot com} now',
        '{1234567@qq.example}',
        'first\n{anna@example.org}\nlast',
      ],
      [
        'Use name@1.2.3 of it.',
        'npm install vitest@5.1.1 react@18.2.0',
        'icon@2x.png and icon@3x.jpg',
        'Meet @anna and @bob.',
        'a@b',
        'user@localhost',
        'Look at example, dot your i.',
        'We met at noon.',
        '5 @ 3.50 each',
        '@media (max-width: 10px)',
        'git@',
        '@example.com',
        'It was sold @ $3.',
        'x @ y . z',
        'the @Override annotation',
        'nginx:1.25.3-alpine@sha256:abcd',
        '12 kg @1.80 EUR',
        'and/or...@',
        'e-mail addresses have an @ and a dot.',
        'look at it, at last.',
        'the dot at the end',
      ],
    ],
    '[phone]': [
      [
        'Call {+44 20 7946 0018} today.',
        'Call {+49 (0)30 901820}.',
        '{+1 (415) 555-0132}.',
        '{+14155550132} only',
        'le {+33 1 42 68 53 00} svp',
        '{+34-912-345-678}',
        '{+7 (495) 123-45-67}',
        '电话：{+86 138 0013 8000}',
        '{+91 98765 43210}',
        'Office: {(415) 555-0132}',
        '{415-555-0132} works',
        '{415.555.0132}',
        'Ring {020 7946 0018} after six',
        '{07700 900123}',
        'Tel. {030 901820}, Zimmer 4',
        'Portable : {06 12 34 56 78}',
        'Handy {0171/1234567} bitte',
        'dial {00 44 20 7946 0018}',
        '{＋４９ ３０ ９０１８２０}',
        'Phone: {5550132}',
        'Call {+49\u00a030\u2011901820}',
        '{+49–30–901820}',
      ],
      [
        'It costs 1.99 or 12 500 000 EUR.',
        '$1,234,567.89',
        'from 1914-1918 to 1939-1945',
        'since 2024-01-15 09:30',
        '31.12.2024',
        '12/31/2025',
        'pages 120-135',
        'Order 4711-0815 ships.',
        'Order number 1234567890',
        'SKU 415-555-0132',
        'Part no. 0123-456789',
        'Artikel 0171/1234567',
        'ISBN 978-3-16-148410-0',
        'version 120.0.6099.129',
        '192.168.100.1',
        'RFC 9110, 15.5.20',
        '+5000000 users',
        '+300000000 more',
        '550e8400-e29b-41d4-a716-446655440000',
        '1700000000',
        '1700000000000',
        '3.14159265358979',
        'AB-415-555-0132',
        '2,000-3,000 steps',
      ],
    ],
    '[payment card]': [
      [
        'The card is {4111111111111111}.',
        '{4111 1111 1111 1111} was charged',
        '{4242 4242 4242 4242} was charged',
        '{4242-4242-4242-4242}',
        '{4111-1111-1111-1111}, ok?',
        '{4111.1111.1111.1111}',
        '{5555555555554444}',
        '{5555 5555 5555 4444} for it',
        '{2223003122003222}',
        '{378282246310005}',
        '{3782 822463 10005} exp 09/27',
        'Discover={6011111111111117}',
        '{3530111333300000};',
        'Diners {30569309025904} is old',
        '{6200000000000005}',
        '{4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1}',
        '{4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1}',
        '{41 11 11 11 11 11 11 11}',
        '{4111 - 1111 - 1111 - 1111}',
        '{４１１１１１１１１１１１１１１１}',
        '{٤١١١١١١١١١١١١١١١}',
        '{4111\u00a01111\u202f1111\u00a01111} x',
        '{4111–1111–1111–1111}',
        'Room 42 {4111 1111 1111 1111}',
        'no{4111111111111111}x',
        `{4\u0301${'1'.repeat(15)}}`,
      ],
      [
        '4111 1111 1111 1112',
        '1234567890123456',
        '9999 9999 9999 9999',
        'EAN 4006381333931',
        'ISBN 9780306406157',
        '1700000000000',
        '4.200.000.000.003 EUR',
        '4 200 000 000 003 EUR',
        '2019 2020 2021 2022',
        '4000 5000 6000 7000',
        '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16',
        '10 20 30 40 50 60 70 80',
        '550e8400-e29b-41d4-a716-446655440000',
        'd41d8cd98f00b204e9800998ecf8427e',
        '411111111111111',
        '41111111111111111111111',
        '4111,1111,1111,1111',
        '3.141592653589793',
        'IMEI 356938035643809',
        'snowflake 1212092628029698048',
        '0000 0000 0000 0000',
        '2024-01-15 10:20:30.123456',
      ],
    ],
  };

const masked = (text: string, mask: string) => text.replace(/\{[^}]*\}/g, mask);

describe.each(Object.entries(examples))('%s', (mask, [hidden, harmless]) => {
  test('there are at least twenty of each', () => {
    expect(hidden.length).toBeGreaterThanOrEqual(20);
    expect(harmless.length).toBeGreaterThanOrEqual(20);
  });

  test.each(hidden)('stands in the place of what it hides: %s', (text) => {
    expect(gate.whole(text.replace(/[{}]/g, '')).text).toBe(masked(text, mask));
  });

  test.each(harmless)('hides nothing of %s', (text) => {
    expect(gate.whole(text)).toMatchObject({ text, hits: { masked: 0 } });
  });
});
