import { expect, test } from 'vitest';
import { createAutomaton } from '../automaton/automaton.ts';
import { parsePattern } from '../automaton/parse-pattern.ts';
import type { Detector } from './detector.ts';
import { detectors } from './detectors.ts';
import type { Guard } from './guard.ts';
import { readingOfValues } from './reading.ts';
import { RedactionStream } from './redaction-stream.ts';

/** A guard as the oracle knows it: everything by regular expressions of JavaScript, on the whole text. */
interface Known {
  readonly expression: string;
  readonly mask: string;
  readonly holds?: ((match: string, before: string) => boolean) | undefined;
  readonly anew?: Detector['anew'] | undefined;
}

/** Tries every part of the text by itself, and joins what overlaps. The text is of lower case ASCII. */
function oracle(text: string, known: readonly Known[]): string {
  const spans: { start: number; end: number; order: number; mask: string }[] = [];
  for (const [order, { expression, mask, holds, anew }] of known.entries()) {
    for (let end = 1; end <= text.length; end++) {
      for (let start = 0; start < end; start++) {
        // Lookbehind and lookahead see the text around, the expression takes exactly the part.
        const exactly = new RegExp(`(?<=^[^]{${start}})(?:${expression})(?=[^]{${text.length - end}}$)`, 'u');
        if (!exactly.test(text)) continue;
        const passes = !holds || holds(text.slice(start, end), text.slice(Math.max(0, start - 48), start));
        if (passes) spans.push({ start, end, order, mask });
        if (passes || !anew) break;
      }
    }
  }
  spans.sort((a, b) => a.start - b.start || b.end - a.end || a.order - b.order);
  let shown = '';
  let to = 0;
  for (const { start, end, mask } of spans) {
    if (start >= to) shown += text.slice(to, start) + mask;
    to = Math.max(to, end);
  }
  return shown + text.slice(to);
}

function redact(text: string, known: readonly Known[], sizes: () => number): string {
  const guards = known.map(
    ({ expression, mask, holds, anew }): Guard => ({
      ref: { kind: 'output', index: 0 },
      action: 'mask',
      shadow: false,
      mask,
      reason: '',
      ofProduct: true,
      exempts: 'nothing',
      finds: {
        holds,
        anew: anew && { begins: anew, expression: new RegExp(`(?:${expression})$`, 'uy') },
      },
    }),
  );
  const automaton = createAutomaton(
    known.map(({ expression }) => parsePattern(expression, { lookaround: true, maxSize: 1_000 })),
  );
  const stream = new RedactionStream([{ reading: readingOfValues, automaton, guards }], () => undefined);
  let shown = '';
  for (let at = 0; at < text.length; ) {
    const size = sizes();
    shown += stream.push(text.slice(at, at + size)).text;
    at += size;
  }
  return shown + stream.end().text;
}

/** Numbers from 0 to below `n`, the same in every run. */
function randomFrom(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % n;
  };
}

const small: readonly Known[] = [
  { expression: 'ab{1,3}', mask: '[1]' },
  { expression: 'b[a-c]{2}', mask: '[2]' },
  { expression: '(?<![a-c])ca?b?(?![a-c])', mask: '[3]' },
  {
    expression: '[0-9](?: ?[0-9]){1,4}(?![0-9])',
    mask: '[4]',
    anew: (match) => [...match.slice(1)].map((_, i) => i + 1),
    holds: (m) => Number(m.replace(/ /g, '')) % 3 === 0,
  },
  { expression: '[0-9]{3}', mask: '[5]', holds: (_, before) => before.endsWith('c ') },
];

test('what is masked is what trying every part of the text finds, however it is cut', {
  timeout: 60_000,
}, () => {
  let masked = 0;
  for (let seed = 1; seed <= 1_500; seed++) {
    const random = randomFrom(seed);
    const text = Array.from({ length: 4 + random(20) }, () => 'abcabc 0123 '[random(12)]).join('');
    const expected = oracle(text, small);
    if (expected !== text) masked += 1;
    const shown = redact(text, small, () => 1 + random(5));
    if (shown !== expected) expect(shown, JSON.stringify(text)).toBe(expected);
  }
  expect(masked).toBeGreaterThan(1_000);
});

/** Those without a longest form aside: the oracle knows no rest of a token. */
const product: readonly Known[] = detectors
  .filter(({ swallow, named }) => !swallow && !named)
  .map(({ expression, kind, holds, anew }) => ({ expression, mask: `[${kind}]`, holds, anew }));

test('the product’s detectors find what trying every part finds', { timeout: 60_000 }, () => {
  const pieces = [
    '4111 1111 1111 1111',
    '4111 1111\n1111-1111',
    '**4111** **1111**\t1111|1111',
    'a@\nb.io',
    '\n',
    '12 ',
    'a@b.io',
    '.c',
    '536-22-1234',
    ' 42',
    '+49 30 901820',
    'de89 ',
    ', ',
    '(030) 901820',
  ];
  const seen = new Set<string>();
  for (let seed = 1; seed <= 20; seed++) {
    const random = randomFrom(seed);
    const text = Array.from({ length: 3 }, () => pieces[random(pieces.length)])
      .join('')
      .slice(0, 44);
    const expected = oracle(text, product);
    for (const mask of expected.match(/\[[a-z_]+\]/g) ?? []) seen.add(mask);
    const shown = redact(text, product, () => 1 + random(5));
    if (shown !== expected) expect(shown, JSON.stringify(text)).toBe(expected);
  }
  expect(seen.size).toBeGreaterThan(2);
});
