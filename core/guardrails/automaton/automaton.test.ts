import { describe, expect, it } from 'vitest';
import { createAutomaton } from './automaton.ts';
import { parsePattern } from './parse-pattern.ts';

const automaton = (...sources: string[]) =>
  createAutomaton(sources.map((source) => parsePattern(source, { lookaround: true })));

/** What is told, and what `oldest` says behind each character and at the end. */
function read(sources: readonly string[], text: string) {
  const told: string[] = [];
  const oldest: number[] = [];
  const scanner = automaton(...sources).scanner((pattern, start, end) =>
    told.push(`${pattern}:${start}-${end}`),
  );
  for (let i = 0; i < text.length; i += 1) {
    scanner.step(text.charCodeAt(i), i);
    oldest.push(scanner.oldest);
  }
  scanner.end(text.length);
  return { told, oldest: [...oldest, scanner.oldest] };
}

describe('a scanner', () => {
  it('tells a match at the character behind it, every end of it, and the leftmost start', () => {
    expect(read(['ab+', 'b'], 'xabbx').told).toEqual(['0:1-3', '1:2-3', '0:1-4', '1:3-4']);
    expect(read(['a*b'], 'aab').told).toEqual(['0:0-3']);
  });

  it('knows begin and end of the text and of words', () => {
    expect(read(['^a', 'a$', '\\ba\\b', 'a\\B'], 'a ab a').told.sort()).toEqual([
      '0:0-1',
      '1:5-6',
      '2:0-1',
      '2:5-6',
      '3:2-3',
    ]);
  });

  it('names the position where the oldest match begins that may still come or is not told', () => {
    expect(read(['abc'], 'aabx').oldest).toEqual([0, 1, 1, Infinity, Infinity]);
    expect(read(['ab'], 'abx').oldest).toEqual([0, 0, Infinity, Infinity]);
    expect(read(['ab\\b'], 'abc').oldest).toEqual([0, 0, Infinity, Infinity]);
    expect(read(['ab', 'xabc'], 'xabd').oldest).toEqual([0, 0, 0, Infinity, Infinity]);
  });

  it('holds nothing where no text can bring a match any more', () => {
    for (const source of ['a\\bb', 'a\\B-', 'a^b', 'a$b', 'a[]', 'a(?!b)b', 'a(?<!a)b', 'ab[]']) {
      expect(read([source], 'a').oldest, source).toEqual([Infinity, Infinity]);
    }
    expect(read(['a\\p{L}\\bb'], 'aé').oldest).toEqual([0, Infinity, Infinity]);
  });

  it('leaves positions to its caller: skipped, repeated, or far apart', () => {
    const told: number[][] = [];
    const scanner = automaton('ss').scanner((...match) => told.push(match));
    // One character that is folded to two, then one that is folded to none, then one more.
    scanner.step(0x73, 10);
    scanner.step(0x73, 10);
    expect(scanner.oldest).toBe(10);
    scanner.step(0x21, 4_000_000_000_000);
    scanner.end(4_000_000_000_001);
    expect(told).toEqual([[0, 10, 4_000_000_000_000]]);
  });

  it('begins anew after reset, and shares nothing with other scanners', () => {
    const all = automaton('^ab', 'bc');
    const told: string[] = [];
    const [first, second] = ['first', 'second'].map((name) =>
      all.scanner((...match) => told.push(`${name} ${match}`)),
    );
    if (!first || !second) throw new Error('two scanners are expected');
    for (const [i, character] of [...'abc'].entries()) {
      first.step(character.charCodeAt(0), i);
      second.step(character.charCodeAt(0) + 1, 100 + i);
    }
    expect([first.oldest, second.oldest]).toEqual([1, Infinity]);
    expect(told).toEqual(['first 0,0,2', 'second 1,100,102']);
    first.reset();
    expect(first.oldest).toBe(Infinity);
    first.step(0x63, 0);
    first.end(1);
    expect(told).toHaveLength(2);
  });

  it('begins anew after reset also where its states are thrown away meanwhile', () => {
    const all = createAutomaton([parsePattern('^ab'), parsePattern('\\bx')], { maxStates: 1 });
    const told: number[][] = [];
    const scanner = all.scanner((...match) => told.push(match));
    const other = all.scanner(() => undefined);
    scanner.step(0x79, 0);
    scanner.reset();
    for (let i = 0; i < 9; i += 1) other.step(0x61 + i, i);
    scanner.step(0x61, 0);
    scanner.step(0x62, 1);
    scanner.end(2);
    expect(told).toEqual([[0, 0, 2]]);
  });

  it('reads nothing and matches nothing without patterns or without text', () => {
    expect(read([], 'abc')).toEqual({ told: [], oldest: [Infinity, Infinity, Infinity, Infinity] });
    expect(read(['a'], '')).toEqual({ told: [], oldest: [Infinity] });
  });
});

describe('hostile patterns and texts', () => {
  const texts: Record<string, (length: number) => string> = {
    'one letter': (length) => 'a'.repeat(length),
    'two letters at random': (length) => {
      let seed = 7;
      return Array.from({ length }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
        return (seed >> 16) & 1 ? 'a' : 'b';
      }).join('');
    },
  };
  const patterns: Record<string, string[]> = {
    'loops in loops': ['(a*)*b', '((a+)+)+!', '(?:(?:a|b)*)*c', '(a|a)*c', '(?:a?){100}a{100}!'],
    'what was long ago': ['(a|b)*a[ab]{100}c', 'a[ab]{290}c', '[ab]{1,250}!'],
    'repetitions in repetitions': ['((a{3}){4}){5}!', '(?:(?:[ab]{1,5}){1,5}){1,10}!'],
  };
  const length = 8_000;

  for (const [what, sources] of Object.entries(patterns)) {
    for (const [which, textOf] of Object.entries(texts)) {
      it(`cost each character no more than the size of the patterns: ${what}, ${which}`, () => {
        const all = createAutomaton(sources.map((source) => parsePattern(source)));
        const nodes = sources.reduce((sum, source) => sum + parsePattern(source).program.nodes.length, 0);
        const scanner = all.scanner(() => undefined);
        const text = textOf(2 * length);
        let half = 0;
        let worst = 0;
        for (let i = 0; i < text.length; i += 1) {
          const before = all.work;
          scanner.step(text.charCodeAt(i), i);
          worst = Math.max(worst, all.work - before);
          if (i === length) half = all.work;
        }
        // Once for the threads, and once for those that may be born.
        expect(worst).toBeLessThanOrEqual(2 * nodes);
        expect(all.work).toBeLessThanOrEqual(2.2 * half);
        expect(all.states).toBeLessThanOrEqual(1_000);
      });
    }
  }

  it('do not push out the states that other texts live on', () => {
    const all = createAutomaton(['(?:a|b)*a[ab]{100}c', 'hello'].map((source) => parsePattern(source)));
    const ordinary = () => {
      const scanner = all.scanner(() => undefined);
      const before = all.work;
      [...'well, hello there'].forEach((character, i) => {
        scanner.step(character.charCodeAt(0), i);
      });
      return all.work - before;
    };
    ordinary();
    const hostile = all.scanner(() => undefined);
    const text = texts['two letters at random']?.(4_000) ?? '';
    for (let i = 0; i < text.length; i += 1) hostile.step(text.charCodeAt(i), i);
    expect(ordinary()).toBe(0);
  });

  it('finds the same with more kinds of characters than are kept', () => {
    const characters = Array.from({ length: 2_900 }, (_, i) => String.fromCodePoint(0x4e00 + i));
    const sources = Array.from({ length: 10 }, (_, i) => characters.slice(i * 290, (i + 1) * 290).join(''));
    const { told, oldest } = read([...sources, '\\u4e00'], `${characters.join('')}\u4e00`);
    expect(told).toEqual([
      '10:0-1',
      ...sources.map((_, i) => `${i}:${i * 290}-${(i + 1) * 290}`),
      '10:2900-2901',
    ]);
    expect(oldest[1_500]).toBe(1_450);
  });

  it('refuses more patterns than it has numbers for', () => {
    const pattern = parsePattern('(?:[ab]{0,299}c)');
    expect(() => createAutomaton(Array.from({ length: 120 }, () => pattern))).toThrow(RangeError);
  });
});
