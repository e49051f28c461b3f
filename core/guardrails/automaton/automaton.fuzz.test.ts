import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../../bench/random-from.ts';
import { type AutomatonOptions, createAutomaton } from './automaton.ts';
import { parsePattern } from './parse-pattern.ts';
import type { Pattern } from './pattern.ts';

type Random = () => number;
/** Start and end of a match. */
type Span = readonly [number, number];

const atoms = ['a', 'b', 'c', '-', '.', '[ab]', '[^a]', '\\w', '\\W', '[b-c]', 'a', 'b'];
const assertions = ['\\b', '\\B', '^', '$'];
const repeats = ['*', '+', '?', '{2}', '{0,2}', '{1,3}', '{2,}', '*?'];
const letters = 'abc-';

const pick = <T>(random: Random, from: readonly T[]): T => {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new Error('there is nothing to pick from');
  return picked;
};

function randomSource(random: Random, depth: number): string {
  const what = random();
  if (depth === 0 || what < 0.25) return random() < 0.12 ? pick(random, assertions) : pick(random, atoms);
  if (what < 0.6) return randomSource(random, depth - 1) + randomSource(random, depth - 1);
  if (what < 0.8) return `(?:${randomSource(random, depth - 1)}|${randomSource(random, depth - 1)})`;
  return `(${randomSource(random, depth - 1)})${pick(random, repeats)}`;
}

/** A pattern that is taken. Most are: what is not matches the empty text. */
function randomPattern(random: Random, depth: number, maxSize = 300): Pattern {
  for (;;) {
    try {
      return parsePattern(randomSource(random, depth), { maxSize });
    } catch {
      // Another one.
    }
  }
}

const randomText = (random: Random, maxLength: number) =>
  Array.from({ length: Math.floor(random() * (maxLength + 1)) }, () => pick(random, [...letters])).join('');

function told(patterns: readonly Pattern[], text: string, options?: AutomatonOptions): string[] {
  const spans: string[] = [];
  const automaton = createAutomaton(patterns, options);
  const scanner = automaton.scanner((pattern, start, end) => spans.push(`${pattern}:${start}-${end}`));
  for (let i = 0; i < text.length; i += 1) scanner.step(text.charCodeAt(i), i);
  scanner.end(text.length);
  return spans.sort();
}

/** Every part of the text that the pattern matches, asked for one by one; of those that end alike, the leftmost. */
function leftmostOfEachEnd(source: string, text: string): Span[] {
  const spans: Span[] = [];
  for (let end = 1; end <= text.length; end += 1) {
    const expression = new RegExp(`(?:${source})(?=[^]{${text.length - end}}$)(?<=^[^]{${end}})`, 'uy');
    for (let start = 0; start < end; start += 1) {
      expression.lastIndex = start;
      if (!expression.test(text)) continue;
      spans.push([start, end]);
      break;
    }
  }
  return spans;
}

const named = (spans: readonly Span[]) => spans.map(([start, end]) => `0:${start}-${end}`).sort();

describe('random patterns on random texts', () => {
  it('tells every end and its leftmost start, as asking for every part does, on 12,000 pairs', () => {
    const random = randomFrom(1);
    let matches = 0;
    for (let i = 0; i < 3_000; i += 1) {
      const pattern = randomPattern(random, 4);
      for (let j = 0; j < 4; j += 1) {
        const text = randomText(random, 10);
        const expected = named(leftmostOfEachEnd(pattern.source, text));
        matches += expected.length;
        expect(told([pattern], text), `${pattern.source} on ${JSON.stringify(text)}`).toEqual(expected);
      }
    }
    expect(matches).toBeGreaterThan(10_000);
  }, 60_000);

  it('agrees with RE2 whether and where a match begins, on 12,000 pairs', () => {
    const random = randomFrom(2);
    let matched = 0;
    for (let i = 0; i < 3_000; i += 1) {
      const pattern = randomPattern(random, 5);
      const oracle = RE2JS.compile(pattern.source);
      for (let j = 0; j < 4; j += 1) {
        const text = randomText(random, 40);
        const matcher = oracle.matcher(text);
        const first = matcher.find() ? matcher.start() : undefined;
        const starts = told([pattern], text).map((span) => Number(/:(\d+)-/.exec(span)?.[1]));
        if (first !== undefined) matched += 1;
        expect(
          starts.length === 0 ? undefined : Math.min(...starts),
          `${pattern.source} on ${JSON.stringify(text)}`,
        ).toBe(first);
      }
    }
    expect(matched).toBeGreaterThan(3_000);
    expect(matched).toBeLessThan(11_500);
  }, 60_000);

  it('tells of many patterns what each tells alone, also with hardly any states kept', () => {
    const random = randomFrom(3);
    for (let i = 0; i < 300; i += 1) {
      const patterns = Array.from({ length: 1 + Math.floor(random() * 6) }, () => randomPattern(random, 4));
      const text = randomText(random, 60);
      const alone = patterns
        .flatMap((pattern, index) => told([pattern], text).map((span) => span.replace('0:', `${index}:`)))
        .sort();
      expect(told(patterns, text)).toEqual(alone);
      expect(told(patterns, text, { maxStates: 3 })).toEqual(alone);
    }
  }, 60_000);

  it('says exactly where the oldest match begins that may still come', () => {
    const random = randomFrom(4);
    const maxSize = 5;
    const continuations = [''];
    for (let from = 0, length = 0; length < maxSize - 1; length += 1) {
      const to = continuations.length;
      for (; from < to; from += 1) {
        // Two letters in words, one outside, and what no pattern names.
        for (const letter of 'abc-') continuations.push(`${continuations[from]}${letter}`);
      }
    }
    let held = 0;
    let free = 0;
    for (let i = 0; i < 500; i += 1) {
      const pattern = randomPattern(random, 4, maxSize);
      const text = randomText(random, 6);
      const scanner = createAutomaton([pattern]).scanner(() => undefined);
      for (let length = 1; length <= text.length; length += 1) {
        scanner.step(text.charCodeAt(length - 1), length - 1);
        const goesOn = new RegExp(`(?:${pattern.source})(?<=^[^]{${length},})`, 'uy');
        const mayCome = (start: number) =>
          continuations.some((continuation) => {
            goesOn.lastIndex = start;
            return goesOn.test(text.slice(0, length) + continuation);
          });
        const starts = Array.from({ length }, (_, start) => start);
        const oldest = starts.find(mayCome) ?? Infinity;
        if (oldest === Infinity) free += 1;
        else held += 1;
        expect(scanner.oldest, `${pattern.source} behind ${JSON.stringify(text.slice(0, length))}`).toBe(
          oldest,
        );
      }
    }
    expect(held).toBeGreaterThan(300);
    expect(free).toBeGreaterThan(300);
  }, 60_000);
});
