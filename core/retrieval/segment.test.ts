import { afterEach, describe, expect, it } from 'vitest';
import { type TenantId, vouchForTenant } from '../tenants/tenant-id.ts';
import { createMemoryEmbedder } from './embedder.memory.ts';
import type { Chunk } from './schema.ts';
import type { SegmentContent } from './segment.ts';
import { buildSegment } from './segment-builder.ts';
import { openSegment, type SegmentReader } from './segment-reader.ts';
import { SegmentRejected } from './segment-rejected.ts';

const tenant = vouchForTenant('t1');
const embedder = createMemoryEmbedder();
const expected = { tenant, embedder: embedder.id };
const texts = [
  'Kettles may be returned within thirty days. Keep the receipt.',
  'Deliveries arrive on Tuesdays.',
  'The café "Größe" opens at nine; call +49-30-1234.',
];

const readers: SegmentReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.dispose();
});
const open = (...args: Parameters<typeof openSegment>) => {
  const reader = openSegment(...args);
  readers.push(reader);
  return reader;
};

async function contentOf(owner: TenantId = tenant, chunkTenant: string = owner): Promise<SegmentContent> {
  const chunks: Chunk[] = texts.map((text, i) => ({
    id: `c${i}`,
    tenant_id: chunkTenant,
    document_id: `doc${i}`,
    version: 1,
    title: `Title ${i}`,
    text,
    start: 0,
    end: [...text].length,
  }));
  const sentences = [
    { row: 2, text: texts[2] ?? '', start: 0, end: 10 },
    { row: 0, text: 'Kettles may be returned within thirty days.', start: 0, end: 43 },
    { row: 0, text: 'Keep the receipt.', start: 44, end: 61 },
  ];
  const texted = (list: readonly { text: string }[]) => list.map(({ text }) => text);
  return {
    tenant: owner,
    id: 'seg1',
    embedder: embedder.id,
    dimensions: embedder.dimensions,
    chunks,
    chunkVectors: await embedder.embed(texted(chunks), 'passage'),
    sentences,
    sentenceVectors: await embedder.embed(texted(sentences), 'passage'),
  };
}
const ask = async (text: string) => (await embedder.embed([text], 'query'))[0] as Float32Array;

describe('a segment', () => {
  it('finds its chunks by vector and by words, and gives them back as they were', async () => {
    const content = await contentOf();
    const reader = open(buildSegment(content), expected);
    expect(reader.rows).toBe(3);
    const query = await ask('when do deliveries arrive');
    const [best, ...others] = reader.searchVectors(query, 10);
    expect(best?.row).toBe(1);
    expect(best?.score).toBeCloseTo(reader.similarity(1, query), 5);
    expect(others).toHaveLength(2);
    expect(reader.searchKeywords('Which kettle was returned?', 5).map(({ row }) => row)).toEqual([0]);
    expect(reader.searchKeywords('grosse', 5).map(({ row }) => row)).toEqual([]);
    expect(reader.searchKeywords('größe CAFE', 5).map(({ row }) => row)).toEqual([2]);
    expect(reader.chunk(2)).toEqual(content.chunks[2]);
    expect(reader.documentOf(1)).toEqual({ document_id: 'doc1', version: 1 });
  });

  it('keeps each sentence and its vector with its chunk', async () => {
    const content = await contentOf();
    const reader = open(buildSegment(content), expected);
    expect(reader.sentences(0).map(({ sentence }) => sentence.text)).toEqual([
      'Kettles may be returned within thirty days.',
      'Keep the receipt.',
    ]);
    expect(reader.sentences(1)).toEqual([]);
    expect(reader.sentences(2)[0]?.vector).toEqual(content.sentenceVectors[0]);
  });

  it('takes any text as a keyword query, never as search syntax', async () => {
    const reader = open(buildSegment(await contentOf()), expected);
    const hostile = [
      '"',
      '* OR NOT NEAR(',
      'title:kettle^2',
      '-',
      '\u0000',
      'a AND b',
      ')(',
      '{title} : x',
      'the of and',
    ];
    for (const query of [...hostile, 'x '.repeat(4_000)])
      expect(() => reader.searchKeywords(query, 5)).not.toThrow();
    expect(reader.searchKeywords("'; DROP TABLE keywords; -- kettle", 5)).toHaveLength(1);
  });

  it('is the same bytes when it is built again', async () => {
    const [a, b] = [buildSegment(await contentOf()), buildSegment(await contentOf())];
    expect(a.segment).toEqual(b.segment);
  });

  it("is not built from another tenant's chunk, nor from what does not fit together", async () => {
    const content = await contentOf();
    const wrong: SegmentContent[] = [
      await contentOf(tenant, 't2'),
      { ...content, chunks: [], chunkVectors: [], sentences: [], sentenceVectors: [] },
      { ...content, chunkVectors: content.chunkVectors.slice(1) },
      {
        ...content,
        sentences: [{ row: 3, text: '', start: 0, end: 0 }],
        sentenceVectors: [new Float32Array(256)],
      },
      { ...content, dimensions: 8 },
      { ...content, chunkVectors: content.chunkVectors.map((v) => v.map(() => Number.NaN)) },
    ];
    for (const each of wrong) expect(() => buildSegment(each)).toThrow(SegmentRejected);
  });

  it('is not opened when damaged, for another tenant, or with another embedder', async () => {
    const built = buildSegment(await contentOf());
    const damaged = Uint8Array.from(built.files['vectors.faiss']);
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    const files = { ...built.files, 'vectors.faiss': damaged };
    expect(() => open({ ...built, files }, expected)).toThrow(/vectors\.faiss is damaged/);
    expect(() => open(built, { ...expected, tenant: vouchForTenant('t2') })).toThrow(/another tenant/);
    expect(() => open(built, { ...expected, embedder: 'another' })).toThrow(SegmentRejected);
  });
});
