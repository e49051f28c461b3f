import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { texts } from './addresses.ts';
import { leads } from './leads.ts';
import { createLinkStream } from './link-stream.ts';

/** More by hand: `LINKS_GENERATED=60000`. */
const numRuns = Number(process.env.LINKS_GENERATED ?? 4_000);
const seconds = Math.max(60, numRuns / 200);

function shown(hosts: readonly string[], pieces: readonly string[]): string {
  const stream = createLinkStream(hosts);
  return pieces.map((piece) => stream.push(piece).text).join('') + stream.end().text;
}

describe('no generated address leads elsewhere, in whichever place and however the answer is cut', () => {
  test.each([
    ['with allowed hosts', ['docs.example.com', '*.good.example']],
    ['with none', []],
  ])(
    '%s',
    (_name, hosts) => {
      fc.assert(
        fc.property(texts, fc.array(fc.nat(400), { maxLength: 12 }), (text, cuts) => {
          const out = shown(hosts, [text]);
          expect(leads(out), out).toEqual([]);
          const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
          expect(
            shown(
              hosts,
              at.slice(1).map((to, i) => text.slice(at[i], to)),
            ),
          ).toBe(out);
        }),
        { numRuns },
      );
    },
    seconds * 1_000,
  );
});

test('many of them would lead elsewhere', () => {
  const all = fc.sample(texts, { numRuns: 500, seed: 1 });
  expect(all.filter((text) => leads(text).length > 0).length).toBeGreaterThan(90);
});
