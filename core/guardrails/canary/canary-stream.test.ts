import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vouchForTenant } from '../../tenants/tenant-id.ts';
import { canaryOf } from './canary.ts';
import { createCanaryStream } from './canary-stream.ts';

const t1 = vouchForTenant('t1');
const canary = canaryOf('secret', t1, 'm1');

/** All that is shown of an answer in these pieces, and whether it was ended. */
function shown(pieces: readonly string[]) {
  const stream = createCanaryStream(canary);
  let text = '';
  let blocked = false;
  for (const piece of pieces) {
    const out = stream.push(piece);
    text += out.text;
    blocked = out.blocked;
  }
  const last = stream.end();
  return { text: text + last.text, blocked: blocked || last.blocked };
}

const joined = (sign: string) => [...canary].join(sign);
const shapes: readonly (readonly [string, string])[] = [
  ['as it is', canary],
  ['in capitals', canary.toUpperCase()],
  ['spaced', joined(' ')],
  ['hyphenated', joined('-')],
  ['in emphasis', `**${joined('**')}**`],
  ['on lines of a list', [...canary].map((letter, i) => `${i + 1}. ${letter}`).join('\n')],
  ['with invisible characters', joined('\u200b\u00ad')],
  ['with marks', joined('\u0301')],
  ['in full width', [...canary].map((l) => String.fromCodePoint(l.charCodeAt(0) + 0xfee0)).join('')],
  [
    'in mathematical letters',
    [...canary].map((l) => String.fromCodePoint(0x1d41a + l.charCodeAt(0) - 97)).join(''),
  ],
  ['backwards', [...canary].reverse().join('')],
  ['backwards and spaced', [...canary].reverse().join(' . ')],
  ['parted by tags', joined('<b></b>')],
  ['in tags', [...canary].map((letter) => `<span id="q">${letter}</span>`).join('')],
  ['with comments between', joined('<!-- qq -->')],
  ['as references', [...canary].map((l) => `&#${l.charCodeAt(0)};`).join('')],
  ['as references with zeros', [...canary].map((l) => `&#x000${l.charCodeAt(0).toString(16)};`).join(' ')],
  ['as references here and there', [...canary].map((l, i) => (i % 2 ? l : `&#${l.charCodeAt(0)}`)).join('-')],
  ['parted by references', joined('&#8203;&#x200b;')],
  ['without its begin', canary.slice(8)],
  ['without its end', canary.slice(0, 12)],
];

describe('a canary', () => {
  test('is of one tenant and one message', () => {
    const words = new Set(
      ['t1', 't2', 't'].flatMap((tenant) =>
        ['m1', 'm2', '1m1'].map((message) => canaryOf('secret', vouchForTenant(tenant), message)),
      ),
    );
    expect(words.size).toBe(9);
    expect(canaryOf('secret', t1, 'm1')).toBe(canary);
    expect(canaryOf('other', t1, 'm1')).not.toBe(canary);
    expect(canary).toMatch(/^[bjkqvwxz]{24}$/);
  });
});

/** What stands before the first letter of the canary in a text. */
const leading = (text: string) =>
  text.startsWith('<span') ? '<span id="q">' : (/^(?:(?!&#)\P{L})*/u.exec(text)?.[0] ?? '');

describe('no letter of the canary is shown', () => {
  test.each(shapes)('%s, one character at a time', (_name, text) => {
    expect(shown([...`Here: ${text} and more`])).toEqual({
      text: `Here: ${leading(text)}`,
      blocked: true,
    });
  });

  test('however it is cut and dressed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes),
        fc.string({ maxLength: 40 }).map((text) => text.replace(/[\p{L}\p{M}]/gu, '.')),
        fc.array(fc.nat(200), { maxLength: 30 }),
        ([, text], before, cuts) => {
          const all = `${before} said ${text} end`;
          const places = [0, ...cuts.map((cut) => cut % all.length).sort((a, b) => a - b), all.length];
          const out = shown(places.slice(1).map((to, i) => all.slice(places[i], to)));
          expect(out).toEqual({ text: `${before} said ${leading(text)}`, blocked: true });
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test('an answer without it passes unchanged, and hardly any of it is held back', () => {
  const text =
    'Oats cost 2 dollars at Kroger, 3 at Walmart; the quick brown fox jumps over the lazy dog. ' +
    'Žluťoučký kůň: 東京 вопрос 👩‍💻 x y z.';
  const stream = createCanaryStream(canary);
  const helds: number[] = [];
  let out = '';
  for (const char of text.split('')) {
    out += stream.push(char).text;
    helds.push(stream.held);
  }
  out += stream.end().text;
  expect(out).toBe(text);
  expect(helds.filter((held) => held > 0).length / helds.length).toBeLessThan(0.2);
  expect(Math.max(...helds)).toBeLessThan(10);
});

test('what stands behind a letter is not held for long', () => {
  const stream = createCanaryStream(canary);
  expect(stream.push(`${canary[0]} ${'1 2 3 4 '.repeat(10)}`).text).toContain('1 2 3 4');
});
