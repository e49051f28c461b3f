import { createParser } from 'eventsource-parser';
import { describe, expect, test } from 'vitest';
import { tenantConfigSchema } from '../../tenants/schema.ts';
import { compileOutputGate } from '../output-gate.ts';

const gate = compileOutputGate(
  tenantConfigSchema.parse({
    tenant_id: 't1',
    redaction: { patterns: [{ name: 'badge', pattern: 'BQ-[0-9]{4}(-[0-9]{2})?' }] },
    refusal_rules: [
      { type: 'contains', pattern: 'QXZ', reason: 'Not said here', where: 'output', action: 'mask' },
      { type: 'word', pattern: 'ZQ XX', reason: 'Not said here', where: 'both', action: 'mask' },
    ],
  }),
);

/** Numbers from 0 to below `n`, the same in every run (mulberry32). */
function randomFrom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}
type Random = ReturnType<typeof randomFrom>;
const pick = <T>(random: Random, list: readonly [T, ...T[]]): T => list[random(list.length)] ?? list[0];

/**
 * Secrets are of capitals, digits, q, x, z and `@`, and all else is of none of these, masks as well: so one look at what
 * was given tells whether any of a secret is in it, whatever was to be masked.
 */
const ofSecrets = /[\p{Lu}\p{Nd}qxz@]/u;
const secrets: readonly [string, ...string[]] = [
  'qx.zq@zxq.xz',
  'QXZ_1@MAIL-2.QXZ.XQ',
  '+49 30 9018 2000',
  '(415) 555-0132',
  '4111111111111111',
  '4111 1111 1111 1111',
  '3782-822463-10005',
  '4111 1111\n1111 1111',
  '5555**5555**5555**4444',
  '4111\\-1111\\-1111\\-1111',
  'DE89 3704 0044 0532 0130 00',
  'DE89 3704 0044\n0532 0130 00',
  'QX.ZQ@\nZXQ.XZ',
  'QX [AT] ZXQ.XZ',
  `SK\\_LIVE\\_${'Q9X8Z7Q6X5Z4Q3X2'}`,
  '+49 30\n9018 2000',
  'GB29NWBK60161331926819',
  '536-22-1234',
  '86 095 742 719',
  'RSSMRA85T10A562S',
  `AKIA${'OVMIZWDIAEQ3KDFY'}`,
  `SK_LIVE_${'Q9X8Z7Q6X5Z4Q3X2'}`,
  `EYJ${'QXZ123QXZ456QXZ789QXZ'}.EYJ${'QXZ987'}.Q-X_Z0`,
  `-----BEGIN ${'PRIVATE KEY'}-----\n${'QXZ123+/'.repeat(8)}\n-----END ${'PRIVATE KEY'}-----`,
  'BQ-1234',
  'BQ-1234-56',
  'QXZ',
  'ZQ XX',
];
const words: readonly [string, ...string[]] = [
  'the oats ',
  'are dear, ',
  'und größer ',
  'l’été ',
  '(see there) ',
  'сорт ',
  'お茶 ',
  '👩‍👧 ',
  'नमस्ते ',
  '\n',
  '… ',
  'at noon ',
  'a. ',
  '- ',
];
const unseen: readonly [string, ...string[]] = [
  '\u200b',
  '\u2060',
  '\u00ad',
  '\u{e0041}',
  '\ufeff',
  '\u0301',
];

/** One of the secrets, perhaps with what cannot be seen between its characters, or with wide ones. */
function disguised(random: Random): string {
  const secret = pick(random, secrets);
  if (random(3) > 0) return secret;
  return [...secret]
    .map((character) => {
      if (random(6) === 0) return character + pick(random, unseen);
      const wide = random(6) === 0 && /[0-9A-Z]/.test(character);
      return wide ? String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0) : character;
    })
    .join('');
}

/** Prose with secrets in it: at its begin, at its end, beside each other. */
function textFrom(random: Random): string {
  let text = random(4) === 0 ? '' : pick(random, words);
  for (let n = 1 + random(4); n > 0; n--) {
    text += disguised(random);
    text += pick(random, [';', ' ', ', ', '. ', ' / ', '|', '。', '\n']);
    for (let m = random(4); m > 0; m--) text += pick(random, words);
  }
  return text;
}

const bySize = (text: string, next: () => number): string[] => {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = next();
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
};

/** Ways in which an answer comes in pieces. */
const splits: Readonly<Record<string, (text: string, random: Random) => string[]>> = {
  'in UTF-16 units': (text) => [...Array(text.length).keys()].map((i) => text.charAt(i)),
  'in tokens': (text, random) => bySize(text, () => 1 + random(8)),
  'in long pieces': (text, random) => bySize(text, () => 1 + random(60)),
  'in bytes': (text, random) => {
    const bytes = new TextEncoder().encode(text);
    const decoder = new TextDecoder();
    const pieces: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const size = 1 + random(4);
      pieces.push(decoder.decode(bytes.subarray(at, at + size), { stream: true }));
      at += size;
    }
    return [...pieces, decoder.decode()];
  },
  'in server-sent events': (text, random) => {
    const pieces: string[] = [];
    const parser = createParser({ onEvent: ({ data }) => pieces.push(JSON.parse(data)) });
    const frames = bySize(text, () => 1 + random(12)).map((piece) => `data: ${JSON.stringify(piece)}\n\n`);
    for (const part of bySize(frames.join(''), () => 1 + random(20))) parser.feed(part);
    return pieces;
  },
};

describe.each(Object.entries(splits))('text that comes %s', (_name, split) => {
  test('comes out as it does at once, and nothing of a secret ever', { timeout: 60_000 }, () => {
    for (let seed = 1; seed <= 1_200; seed++) {
      const random = randomFrom(seed * 31 + _name.length);
      const text = textFrom(random);
      const expected = gate.whole(text);
      const stream = gate.open();
      let given = '';
      for (const piece of split(text, random)) {
        given += stream.push(piece).text;
        if (ofSecrets.test(given)) expect.fail(`seed ${seed}: ${JSON.stringify(text)} gave ${given}`);
        if (!expected.text.startsWith(given)) expect(given, `seed ${seed}`).toBe(expected.text);
      }
      given += stream.end().text;
      if (given !== expected.text) expect(given, `seed ${seed}: ${text}`).toBe(expected.text);
      if (ofSecrets.test(given)) expect.fail(`seed ${seed}: ${JSON.stringify(text)} gave ${given}`);
      expect(stream.hits).toEqual(expected.hits);
      expect(expected.hits.masked).toBeGreaterThan(0);
    }
  });
});

test('a stream that is dropped has given nothing of a match that was not over', () => {
  for (const secret of secrets) {
    const before = 'the oats (und größer): ';
    for (let length = 1; length < secret.length; length++) {
      const stream = gate.open();
      let given = '';
      for (const unit of before + secret.slice(0, length)) given += stream.push(unit).text;
      expect(before.startsWith(given) || !ofSecrets.test(given), given).toBe(true);
    }
  }
});

test('what is told apart from a secret stands there unchanged', () => {
  for (const secret of secrets) {
    const { text } = gate.whole(`the oats ${secret} are dear`);
    expect(text).toMatch(/^the oats \[[a-z ]+\] are dear$/);
    expect(gate.whole(`${secret} are dear`).text).toMatch(/^\[[a-z ]+\] are dear$/);
    expect(gate.whole(`the oats ${secret}`).text).toMatch(/^the oats \[[a-z ]+\]$/);
  }
});

const long = 'Q1X2Z3'.repeat(14);
/** What goes on behind a mask, where no match keeps it back: nothing but what it may go on with. */
test.each([
  [`token EYJ${long}.EYJ${long}.${long}. see`, 'token [secret]. see'],
  [`token EYJ${long}.. see`, 'token [secret].. see'],
  [`password: ${long},QXZ. see`, 'password: [secret]. see'],
  [`password: ${long}, QXZ. see`, 'password: [secret], [removed]. see'],
  [`password: ${long}:!QXZ. see`, 'password: [secret]:![removed]. see'],
  [`password: ${long},anna@QXZ.XX see`, 'password: [secret] see'],
])('unit by unit, %s', (text, expected) => {
  const stream = gate.open();
  let given = '';
  for (const unit of text) {
    given += stream.push(unit).text;
    expect(expected.startsWith(given), given).toBe(true);
  }
  expect(given + stream.end().text).toBe(expected);
  expect(gate.whole(text).text).toBe(expected);
});

test('a match is kept back until the words around it are known, with no other detector', () => {
  const alone = compileOutputGate(
    tenantConfigSchema.parse({
      tenant_id: 't1',
      redaction: {
        email: 'off',
        phone: 'off',
        payment_card: 'off',
        iban: 'off',
        national_id: 'off',
        secret: 'off',
      },
      refusal_rules: [
        { type: 'contains', pattern: 'QXZ', reason: 'Not said', where: 'output', action: 'mask' },
        { type: 'word', pattern: 'ZQ', reason: 'Not said', where: 'output', action: 'mask' },
      ],
    }),
  );
  for (const [text, expected] of [
    ['the QXZs and ZQ; QXZ', 'the [removed]s and [removed]; [removed]'],
    [`QXZ${'s'.repeat(90)}`, `[removed]${'s'.repeat(90)}`],
    ['Q-X-Z ZQs', '[removed] ZQs'],
  ] as const) {
    const stream = alone.open();
    let given = '';
    for (const unit of text) {
      given += stream.push(unit).text;
      expect(expected.startsWith(given), given).toBe(true);
      expect(stream.held).toBeLessThanOrEqual(48);
    }
    expect(given + stream.end().text).toBe(expected);
  }
});
