import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inGroups } from '../identity/groups.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createMemoryEmbedder } from './embedder.memory.ts';
import { hybridSearch, searchedSegment } from './hybrid-search.ts';
import { buildSegment } from './segment-builder.ts';
import { openSegment, type SegmentReader } from './segment-reader.ts';

const tenant = vouchForTenant('t1');
const embedder = createMemoryEmbedder();
const readers: SegmentReader[] = [];
afterAll(() => {
  for (const reader of readers.splice(0)) reader.dispose();
});

/** A segment of documents, each of which has one chunk a text. */
async function segment(id: string, documents: readonly (readonly string[])[]): Promise<SegmentReader> {
  const chunks = documents.flatMap((texts, d) =>
    texts.map((text, i) => ({
      id: `${id}-d${d}-${i}`,
      tenant_id: tenant,
      document_id: `${id}-d${d}`,
      version: 1,
      title: 'Notes',
      text,
      start: 0,
      end: [...text].length,
    })),
  );
  const texts = chunks.map(({ text }) => text);
  const vectors = await embedder.embed(texts, 'passage');
  const built = buildSegment({
    tenant,
    id,
    embedder: embedder.id,
    dimensions: embedder.dimensions,
    chunks,
    chunkVectors: vectors,
    sentences: texts.map((text, row) => ({ row, text, start: 0, end: [...text].length })),
    sentenceVectors: vectors,
  });
  const reader = openSegment(built, { tenant, embedder: embedder.id });
  readers.push(reader);
  return reader;
}
const ask = async (text: string) => (await embedder.embed([text], 'query'))[0] as Float32Array;

const words = ['apple', 'price', 'ship', 'harbour', 'pear', 'salary', 'merger', 'dawn'];
/** Some texts of these words, always the same ones. */
const textOf = (seed: number) =>
  Array.from({ length: 3 + (seed % 4) }, (_, i) => words[(seed * (i + 3) + i * i) % words.length]).join(' ');
const names = ['staff', 'board', 'sales'];
const someGroups = fc.subarray(names);
const question = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 });

/** Each document's entry, for the groups that were drawn for it. */
const entriesOf = (reader: SegmentReader, groups: ReadonlyMap<string, readonly string[]>) => {
  const ids = new Set(Array.from({ length: reader.rows }, (_, row) => reader.documentOf(row).document_id));
  return [...ids].map((document_id) => ({ document_id, version: 1, groups: groups.get(document_id) }));
};

describe('hybrid search for groups', () => {
  let alone: SegmentReader[] = [];
  let together: SegmentReader[] = [];
  beforeAll(async () => {
    const documents = Array.from({ length: 40 }, (_, d) =>
      Array.from({ length: 1 + (d % 3) }, (_, i) => textOf(d * 5 + i)),
    );
    alone = await Promise.all(documents.map((texts, d) => segment(`alone${d}`, [texts])));
    together = await Promise.all([
      segment('one', documents.slice(0, 25)),
      segment('two', documents.slice(25)),
    ]);
  });
  const idsOf = (all: readonly SegmentReader[]) =>
    all.flatMap((reader) => entriesOf(reader, new Map()).map(({ document_id }) => document_id));

  it('finds exactly what an index finds that holds only the visible documents', async () => {
    const ids = idsOf(alone);
    const drawn = fc.array(someGroups, { minLength: ids.length, maxLength: ids.length });
    await fc.assert(
      fc.asyncProperty(
        drawn,
        someGroups,
        question,
        fc.integer({ min: 1, max: 20 }),
        async (of, held, q, k) => {
          const groups = new Map(ids.map((id, i) => [id, of[i] ?? []]));
          const query = q.join(' ');
          const vector = await ask(query);
          const all = alone.map((reader) => searchedSegment(reader, entriesOf(reader, groups)));
          const visible = alone
            .filter((reader) => inGroups(held, groups.get(reader.documentOf(0).document_id) ?? []))
            .map((reader) => searchedSegment(reader, entriesOf(reader, new Map())));
          expect(hybridSearch(all, query, vector, k, held)).toEqual(
            hybridSearch(visible, query, vector, k, []),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds as many as were asked for, all of them visible, in segments that others share', async () => {
    const ids = idsOf(together);
    const drawn = fc.array(someGroups, { minLength: ids.length, maxLength: ids.length });
    await fc.assert(
      fc.asyncProperty(
        drawn,
        someGroups,
        question,
        fc.integer({ min: 1, max: 80 }),
        async (of, held, q, k) => {
          const groups = new Map(ids.map((id, i) => [id, of[i] ?? []]));
          const query = q.join(' ');
          const all = together.map((reader) => searchedSegment(reader, entriesOf(reader, groups)));
          const vector = await ask(query);
          const found = hybridSearch(all, query, vector, k, held);
          const rows = together.flatMap((reader) =>
            Array.from({ length: reader.rows }, (_, row) => reader.chunk(row)),
          );
          const visible = rows.filter((row) => inGroups(held, groups.get(row.document_id) ?? []));
          const visibleIds = new Set(visible.map(({ id }) => id));
          expect(found.chunks.filter(({ id }) => !visibleIds.has(id))).toEqual([]);
          expect(found.sentences.filter(({ chunk }) => !visibleIds.has(chunk.id))).toEqual([]);
          expect(found.chunks).toHaveLength(Math.min(k, visible.length));
          // The nearest one is always among them, whichever way the rows were compared.
          if (k <= 2 || visible.length === 0) return;
          const scores = together.flatMap((reader) =>
            Array.from({ length: reader.rows }, (_, row) => row)
              .filter((row) => visibleIds.has(reader.chunk(row).id))
              .map((row) => reader.similarity(row, vector)),
          );
          expect(Math.max(...found.chunks.map(({ score }) => score))).toBeCloseTo(Math.max(...scores), 3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds nothing in what is for others, be it nearest or the only one with the word', async () => {
    const reader = await segment('mixed', [
      ...Array.from({ length: 200 }, () => ['the merger codenamed zx81']),
      ['something far away'],
    ]);
    const groups = new Map(
      Array.from({ length: 200 }, (_, d) => [`mixed-d${d}`, ['board', 'owners']] as const),
    );
    const searched = searchedSegment(reader, entriesOf(reader, groups));
    for (const query of ['the merger codenamed zx81', 'zx81']) {
      const found = hybridSearch([searched], query, await ask(query), 8, ['staff', 'sales']);
      expect(found.chunks.map(({ document_id }) => document_id)).toEqual(['mixed-d200']);
      expect(found.sentences.map(({ text }) => text)).toEqual(['something far away']);
      expect(hybridSearch([searched], query, await ask(query), 8, ['owners']).chunks).toHaveLength(8);
    }
    const onlyOthers = searchedSegment(reader, entriesOf(reader, groups).slice(0, 200));
    expect(hybridSearch([onlyOthers], 'zx81', await ask('zx81'), 8, [])).toEqual({
      chunks: [],
      sentences: [],
    });
  });

  it.each([
    ['many', 60, 40],
    ['few', 180, 20],
  ])('finds the nearest ones in order where %s of the rows may be seen', async (which, hidden, shown) => {
    const texts = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => [textOf(from + i)]);
    const mixed = await segment(`${which}-mixed`, [...texts(7, hidden), ...texts(300, shown)]);
    const only = await segment(`${which}-only`, texts(300, shown));
    const others = Array.from({ length: hidden }, (_, d) => [`${which}-mixed-d${d}`, ['board']] as const);
    const all = searchedSegment(mixed, entriesOf(mixed, new Map(others)));
    const visible = searchedSegment(only, entriesOf(only, new Map()));
    // No word that is searched for, so that only the vectors decide.
    const [query, vector] = ['what is it', await ask('apple price at the harbour')];
    const textsOf = (searched: typeof all) =>
      hybridSearch([searched], query, vector, 10, []).chunks.map(({ text, score }) => [text, score]);
    expect(textsOf(all)).toEqual(textsOf(visible));
    expect(textsOf(all)).toHaveLength(10);
  });

  it('ranks without minding how rare a word is in what is hidden', async () => {
    const shown = [['ripe apple'], ['ripe pear'], ['pear crate'], ['apple crate']];
    const order = async (hidden: string[]) => {
      const id = `rare${hidden[0]?.length ?? 0}`;
      const reader = await segment(
        id,
        [...shown, hidden].filter((texts) => texts.length > 0),
      );
      const entries = entriesOf(reader, new Map([[`${id}-d4`, ['board']]]));
      const query = 'apple pear';
      const found = hybridSearch([searchedSegment(reader, entries)], query, await ask(query), 4, []);
      return found.chunks.map(({ text }) => text);
    };
    const plain = await order(Array.from({ length: 9 }, () => 'wood crate'));
    expect(await order(Array.from({ length: 9 }, () => 'apple tree'))).toEqual(plain);
  });

  it('computes no rows anew where nothing is hidden', async () => {
    const reader = together[0] as SegmentReader;
    const searched = searchedSegment(reader, entriesOf(reader, new Map()));
    expect(searched.grouped).toEqual([]);
    const copies = searched.live.slice;
    let copied = 0;
    searched.live.slice = (...args) => {
      copied++;
      return copies.apply(searched.live, args);
    };
    hybridSearch([searched], 'apple', await ask('apple'), 5, ['staff']);
    expect(copied).toBe(0);
  });
});
