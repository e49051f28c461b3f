import { afterEach, describe, expect, it } from 'vitest';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createMemoryEmbedder } from './embedder.memory.ts';
import { hybridSearch, searchedSegment } from './hybrid-search.ts';
import { rankKeywords } from './keyword-ranking.ts';
import { keywordTerms } from './keyword-terms.ts';
import { reciprocalRanks } from './reciprocal-ranks.ts';
import { buildSegment } from './segment-builder.ts';
import { openSegment, type SegmentReader } from './segment-reader.ts';

const tenant = vouchForTenant('t1');
const embedder = createMemoryEmbedder();
const readers: SegmentReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.dispose();
});

/** A segment with one chunk a text; every chunk is a document of its own. */
async function segment(id: string, texts: readonly string[], version = 1) {
  const chunks = texts.map((text, i) => ({
    id: `${id}-${i}`,
    tenant_id: tenant,
    document_id: `${id}-d${i}`,
    version,
    title: 'Notes',
    text,
    start: 0,
    end: [...text].length,
  }));
  const vectors = await embedder.embed(texts, 'passage');
  const sentences = texts.map((text, row) => ({ row, text, start: 0, end: [...text].length }));
  const content = { tenant, id, embedder: embedder.id, dimensions: embedder.dimensions };
  const built = buildSegment({
    ...content,
    chunks,
    chunkVectors: vectors,
    sentences,
    sentenceVectors: vectors,
  });
  const reader = openSegment(built, { tenant, embedder: embedder.id });
  readers.push(reader);
  return reader;
}
const everything = (reader: SegmentReader) =>
  searchedSegment(
    reader,
    Array.from({ length: reader.rows }, (_, row) => reader.documentOf(row)),
  );
const ask = async (text: string) => (await embedder.embed([text], 'query'))[0] as Float32Array;

describe('hybrid search', () => {
  it('merges segments, and scores each chunk by its cosine to four digits', async () => {
    const first = everything(await segment('a', ['green apples ripen slowly', 'ships leave at dawn']));
    const second = everything(await segment('b', ['green pears ripen quickly']));
    const query = 'when do green pears ripen';
    const { chunks, sentences } = hybridSearch([first, second], query, await ask(query), 2, []);
    expect(chunks.map(({ id }) => id)).toEqual(['b-0', 'a-0']);
    expect(chunks[0]?.score).toBe(Number(chunks[0]?.score.toFixed(4)));
    expect(sentences.map(({ text }) => text)).toEqual([
      'green pears ripen quickly',
      'green apples ripen slowly',
    ]);
  });

  it('never finds a row whose version is not live, however many of them are nearer', async () => {
    const texts = [...Array.from({ length: 300 }, () => 'exactly this question'), 'something this far away'];
    const reader = await segment('a', texts);
    const query = 'exactly this question';
    const live = searchedSegment(reader, [{ document_id: 'a-d300', version: 1 }]);
    const found = hybridSearch([live], query, await ask(query), 8, []);
    expect(found.chunks.map(({ id }) => id)).toEqual(['a-300']);
    const newer = searchedSegment(reader, [{ document_id: 'a-d300', version: 2 }]);
    expect(hybridSearch([newer], query, await ask(query), 8, []).chunks).toEqual([]);
  });

  it('finds by a rare word what lies far away by vector', async () => {
    const filler = Array.from({ length: 60 }, (_, i) => `order delivery question number ${i}`);
    const one = everything(await segment('a', filler));
    const two = everything(await segment('b', [`${'unrelated words about many things '.repeat(6)} ZX81`]));
    const query = 'order delivery question about the zx81';
    const { chunks } = hybridSearch([one, two], query, await ask(query), 3, []);
    expect(chunks.map(({ id }) => id)).toContain('b-0');
  });

  it('has the first by meaning and the first by words among few, though both know others', async () => {
    const filler = Array.from({ length: 40 }, (_, i) => `it is the ${i}`);
    const known = ['it is the ship', 'what is the ship'];
    const one = everything(await segment('a', ['what is it about the', ...filler, ...known]));
    const two = everything(await segment('b', [`${'unrelated words of many things '.repeat(6)} ZX81`]));
    const query = 'what is it about the ship zx81';
    const { chunks } = hybridSearch([one, two], query, await ask(query), 3, []);
    const ids = chunks.map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(ids).toContain('a-0');
    expect(ids).toContain('b-0');
  });

  it('answers with nothing from no segments', async () => {
    expect(hybridSearch([], 'anything', await ask('anything'), 5, [])).toEqual({ chunks: [], sentences: [] });
  });
});

describe('ranking by words over segments', () => {
  it('counts rarity over all segments, not within one', () => {
    const common = { term: 'common', rows: Array.from({ length: 50 }, (_, row) => ({ row, weight: 1 })) };
    const ranked = rankKeywords([
      { rows: 50, matches: [common] },
      // Alone in its segment, so within it the word would count for nothing.
      { rows: 1, matches: [{ term: 'rare', rows: [{ row: 0, weight: 1 }] }] },
    ]);
    expect(ranked[0]).toMatchObject({ at: 1, row: 0 });
  });

  it('takes words, not stop words, each once and not without end', () => {
    expect(keywordTerms('What is the Price of the "price-list", please?')).toEqual([
      'price',
      'list',
      'please',
    ]);
    expect(keywordTerms(Array.from({ length: 100 }, (_, i) => `w${i}`).join(' '))).toHaveLength(32);
  });
});

describe('reciprocal ranks', () => {
  it('put what both rankings like before what one of them likes best', () => {
    expect(
      reciprocalRanks([
        ['a', 'b'],
        ['c', 'b'],
      ]),
    ).toEqual(['b', 'a', 'c']);
  });
});
