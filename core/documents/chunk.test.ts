import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitSentences } from '../retrieval/split-sentences.ts';
import { chunkText, cost } from './chunk.ts';
import { parseDocument } from './parse/parse-document.ts';

const parse = (text: string, filename = 'a.md') =>
  parseDocument({ bytes: new TextEncoder().encode(text), filename, mediaType: '' });
const chunksOf = (text: string, filename?: string) => {
  const document = parse(text, filename);
  return { document, chunks: chunkText(document.text, document.sections, splitSentences) };
};
const vocabulary = ['apples', 'are', 'sold', 'by', 'weight', 'in', 'every', 'shop', 'of', 'the', 'town'];
const sentence = (n: number, words = 12) =>
  `Today ${Array.from({ length: words - 1 }, (_, i) => vocabulary[(i + n) % vocabulary.length]).join(' ')}.`;

/** Every promise about offsets, for any document. */
function expectSound({ document, chunks }: ReturnType<typeof chunksOf>): void {
  const points = Array.from(document.text);
  const covered = new Uint8Array(points.length);
  let before = -1;
  for (const chunk of chunks) {
    expect(points.slice(chunk.start, chunk.end).join('')).toBe(chunk.text);
    expect(chunk.start).toBeGreaterThan(before);
    before = chunk.start;
    covered.fill(1, chunk.start, chunk.end);
    const { words, tokens } = cost(chunk.text);
    expect(words).toBeLessThanOrEqual(240);
    expect(tokens).toBeLessThanOrEqual(480);
  }
  for (const [at, point] of points.entries()) if (!covered[at]) expect(point).toMatch(/^\s$/);
  const { sections } = document;
  for (const [i, section] of sections.entries()) {
    expect(section.end).toBe(sections[i + 1]?.start ?? points.length);
    const own = section.headings.at(-1);
    if (own !== undefined)
      expect(points.slice(section.start, section.end).join('').startsWith(own)).toBe(true);
  }
}

describe('chunking', () => {
  it('gives verbatim slices that cover all text, whatever the document', () => {
    const word = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          'apples',
          'cost',
          '1.99',
          'a',
          'e.g.',
          'Dr.',
          'naïve',
          '🍏🍎',
          '価格は百円です。',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
      { weight: 1, arbitrary: fc.constant('x'.repeat(3_000)) },
    );
    const paragraph = fc.array(word, { maxLength: 400 }).map((words) => words.join(' '));
    const block = fc.oneof(
      paragraph,
      paragraph.map((text) => `${text.replace(/\s+/g, ' ').slice(0, 60)}.`),
      fc
        .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom('Prices', 'Öffnungszeiten', 'More'))
        .map(([n, text]) => `${'#'.repeat(n)} ${text}`),
      fc
        .array(fc.constantFrom('apples', '1.99', ''), { minLength: 1, maxLength: 30 })
        .map((cells) => cells.map((cell) => `- ${cell}`).join('\n')),
    );
    fc.assert(
      fc.property(
        fc.array(block, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('a.md', 'a.txt'),
        (parts, name) => {
          const source = `start ${parts.join('\n\n')}`;
          expectSound(chunksOf(source, name));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps to about 200 words and ends at sentences', () => {
    const text = Array.from({ length: 60 }, (_, n) => sentence(n)).join(' ');
    const result = chunksOf(text, 'a.txt');
    expectSound(result);
    for (const chunk of result.chunks.slice(0, -1)) {
      expect(cost(chunk.text).words).toBeGreaterThan(100);
      expect(chunk.text.endsWith('.')).toBe(true);
    }
  });

  it('repeats the last sentence where a paragraph is cut, and nothing between paragraphs', () => {
    const long = chunksOf(Array.from({ length: 30 }, (_, n) => sentence(n)).join(' '), 'a.txt').chunks;
    expect(long.length).toBeGreaterThan(1);
    expect(long[1]?.start).toBeLessThan(long[0]?.end as number);
    const apart = chunksOf(
      Array.from({ length: 30 }, (_, n) => sentence(n, 60)).join('\n\n'),
      'a.txt',
    ).chunks;
    expect(apart.length).toBeGreaterThan(5);
    for (const [i, chunk] of apart.entries())
      expect(chunk.start).toBeGreaterThanOrEqual(apart[i - 1]?.end ?? 0);
  });

  it('never crosses a top section, joins small subsections, and names where it stands', () => {
    const { chunks } = chunksOf(
      `# Handbook\n\nHello.\n\n## Returns\n\nThirty days.\n\n### Exceptions\n\nFood is final.\n\n### Gifts\n\nSame.\n\n## Prices\n\nApples are 2 euros.`,
    );
    expect(chunks.map(({ section, text }) => [section, text])).toEqual([
      ['Handbook', 'Handbook\n\nHello.'],
      ['Handbook > Returns', 'Returns\n\nThirty days.\n\nExceptions\n\nFood is final.\n\nGifts\n\nSame.'],
      ['Handbook > Prices', 'Prices\n\nApples are 2 euros.'],
    ]);
  });

  it('keeps a heading with what follows it', () => {
    const filler = Array.from({ length: 15 }, (_, n) => sentence(n)).join(' ');
    const { chunks } = chunksOf(`# A\n\n## B\n\n${filler}\n\n### Next\n\n${sentence(99, 60)}`);
    expect(chunks.at(-1)?.text.startsWith('Next')).toBe(true);
  });
});
