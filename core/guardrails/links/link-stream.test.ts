import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attacks } from './attacks.ts';
import { leads } from './leads.ts';
import { createLinkStream } from './link-stream.ts';

const hosts = ['docs.example.com', '*.good.example'];

/** What is shown of an answer that comes in these pieces. */
function shown(pieces: readonly string[]) {
  const stream = createLinkStream(hosts);
  const out = [...pieces.map((piece) => stream.push(piece)), stream.end()];
  return { text: out.map(({ text }) => text).join(''), hits: out.reduce((sum, { hits }) => sum + hits, 0) };
}
const whole = (text: string) => shown([text]);

describe('an attack leads nowhere', () => {
  test('and most of them do where nothing stops them', () => {
    expect(attacks.filter((attack) => leads(attack).length > 0).length).toBeGreaterThan(100);
  });

  test.each(attacks)('%j', (attack) => {
    for (const text of [attack, `Before ${attack} behind`, `- a\n- ${attack}\n\nbehind`]) {
      const out = whole(text);
      expect(leads(out.text), out.text).toEqual([]);
      expect(out.hits).toBeGreaterThan(0);
    }
  });

  test('nor do two of them behind or within one another', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...attacks),
        fc.constantFrom(...attacks),
        fc.nat(),
        fc.constantFrom('', ' ', '\n', '(', '[', ']', '](', '"', '>', '<', '<b x="', '=', ':', '!'),
        (one, other, place, glue) => {
          const cut = place % (one.length + 1);
          const out = whole(one.slice(0, cut) + glue + other + one.slice(cut)).text;
          expect(leads(out), out).toEqual([]);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

const kept: readonly string[] = [
  'and/or 12:30, e.g.: use https or http; https: both. HTTP:\n\n- a',
  'a[0](x) and f[i](a, b) and [1](see there) and [^1]: note',
  '[1]: The book. [Ann]: 12:30 is fine. [Note]: Important: read this.',
  'if (a<b && c>d) { i++; } List<Map<String, Integer>> std::vector<std::string>',
  '// a comment\nconst x = 7 // 2; C:\\Users\\ann "C:\\\\Users" \\d+ \\\\server\\share',
  'We win www and wow; data: yes, Data:5; file:notes.txt; JavaScript: The Good Parts',
  '[docs](https://docs.example.com/a?b=c&d=e#f "Title"), [rel](../a/b.md), [top](#top), ![i](img/a.png)',
  'See https://docs.example.com. Or (http://a.good.example:80/x), **https://docs.example.com/**!',
  '<https://docs.example.com/a> and [https://docs.example.com](https://docs.example.com)',
  '[a]: https://docs.example.com/a "T"\n[b]: <https://docs.example.com/b>\n[c]: //docs.example.com/c',
  '<a href="https://docs.example.com/x" title="T">d</a><br><b>bold</b><img src="a.png" alt="x" />',
  'HTTPS://DOCS.EXAMPLE.COM/A https://docs.example.com./a www.good.example.good.example/x',
  'Q&A, R&D, AT&amp;T, x < y > z, <3, ->, =>, 1:1, ::, a:b, 10:00–12:00, \u{1f469}\u200d\u{1f4bb}: ok',
  '| a | b |\n|:--|--:|\n| c:/d | http |',
  'begin with https:// and a path; the scheme is `https://`; <host>; https://<host>/',
  'mail ann@shop.example or write to mailto:ann@shop.example',
  '$$ \\frac{a}{b} \\\\ \\left[ x \\right](y) $$',
];

describe('what is allowed, and what is no link, is not changed', () => {
  test.each(kept)('%j', (text) => expect(whole(text)).toEqual({ text, hits: 0 }));
});

describe('how an answer is cut makes no difference', () => {
  const part = fc.oneof(
    fc.constantFrom(...attacks),
    fc.constantFrom(...kept),
    fc.constantFrom(
      ' ',
      '\n',
      ']',
      '](',
      ']:',
      '<',
      '>',
      ':',
      '//',
      '\\',
      '&',
      '&#',
      '"',
      'https',
      'www.',
      'url(',
    ),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
  );
  /** A forbidden host behind a scheme, as anybody reads one. */
  const forbidden = /https?:[\\/]*(?!docs\.example\.com|[a-z.]+\.good\.example)[^\s/]*evil/i;

  test('to what is shown, and it shows no forbidden host behind a scheme', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(2_000), { maxLength: 40 }),
        (parts, cuts) => {
          const text = parts.join('');
          const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
          const expected = whole(text);
          expect(shown(at.slice(1).map((to, i) => text.slice(at[i], to)))).toEqual(expected);
          expect(shown(text.split(''))).toEqual(expected);
          expect(expected.text).not.toMatch(forbidden);
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('what is held back', () => {
  const prose =
    'Oats cost 2 dollars at Kroger (12:30), and/or 3 at Walmart: e.g. a[0](x). We visit them, however, ' +
    'with bread, jam, hot drinks, data and five ways to view what was built before. ';

  test('is a few characters of prose, and mostly nothing', () => {
    const stream = createLinkStream(hosts);
    const helds = prose.split('').map((char) => {
      stream.push(char);
      return stream.held;
    });
    expect(helds.filter((held) => held > 0).length / helds.length).toBeLessThan(0.2);
    expect(Math.max(...helds)).toBeLessThan(8);
  });

  test.each(['https://', '<a title="', '](', '[x]: <', 'www.', '//', '<b x ', 'data:', 'a:', '<b, src'])(
    'behind %j has a bound, and so has the time that it takes',
    (opening) => {
      const stream = createLinkStream(hosts);
      stream.push(opening);
      let most = 0;
      for (let i = 0; i < 20_000; i++) {
        stream.push(i % 7 === 0 ? 'w' : 'a');
        most = Math.max(most, stream.held);
      }
      expect(most).toBeLessThan(1_200);
    },
  );

  test('is nothing after the end, and the stream may be used anew', () => {
    const stream = createLinkStream(hosts);
    expect(stream.push('see [x](https://evil.exam')).toEqual({ text: 'see [x](', hits: 0 });
    expect(stream.held).toBe('https://evil.exam'.length);
    expect(stream.end()).toEqual({ text: '[link removed]', hits: 1 });
    expect(stream.held).toBe(0);
    expect(stream.push('(ok) ')).toEqual({ text: '(ok) ', hits: 0 });
  });
});

test('without hosts no link is allowed', () => {
  const stream = createLinkStream([]);
  const { text } = stream.push('https://docs.example.com/a [x](/a) ');
  expect(text + stream.end().text).toBe('[link removed] [x](/a) ');
});
