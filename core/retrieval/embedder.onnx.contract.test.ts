import { beforeAll, describe, expect, it } from 'vitest';
import { createOnnxEmbedder } from './embedder.onnx.ts';
import type { Embedder } from './embedder.ts';

const modelPath = process.env.EMBEDDER_MODEL_PATH ?? '.cache/models/bge-small-en-v1.5-q.onnx';
const tokenizerPath = process.env.EMBEDDER_TOKENIZER_PATH ?? '.cache/models/bge-small-en-v1.5-tokenizer.json';

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);

describe('the embedding model', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await createOnnxEmbedder({ modelPath, tokenizerPath });
  });

  it('puts a passage that answers a question nearer than others', async () => {
    const [question] = (await embedder.embed(['How do I return a broken kettle?'], 'query')) as [
      Float32Array,
    ];
    const passages = await embedder.embed(
      [
        'Broken goods may be sent back within 30 days.',
        'The cat sat on the mat.',
        'Our office is in Berlin.',
      ],
      'passage',
    );
    const [right, ...wrong] = passages.map((passage) => dot(question, passage)) as [number, ...number[]];
    for (const other of wrong) expect(right).toBeGreaterThan(other + 0.1);
  });

  it('makes unit vectors of the model in use, one a text and in order', async () => {
    expect([embedder.id, embedder.dimensions]).toEqual(['bge-small-en-v1.5-q', 384]);
    const texts = ['short', 'a rather longer text about something else', ''];
    const vectors = await embedder.embed(texts, 'passage');
    expect(vectors).toHaveLength(3);
    for (const vector of vectors) {
      expect(vector).toHaveLength(384);
      expect(dot(vector, vector)).toBeCloseTo(1, 4);
    }
    expect(await embedder.embed([], 'passage')).toEqual([]);
  });

  it('gives a text the same vector whatever stands beside it', async () => {
    const [alone] = await embedder.embed(['the price of a kettle'], 'passage');
    const beside = await embedder.embed(['x', 'the price of a kettle', 'many words '.repeat(50)], 'passage');
    expect(beside[1]).toEqual(alone);
  });

  it('cuts what is longer than the model reads, also when it is one endless word', async () => {
    const long = 'word '.repeat(3_000);
    const [a, b] = (await embedder.embed([long, `${long} and an end`], 'passage')) as [
      Float32Array,
      Float32Array,
    ];
    expect(dot(a, b)).toBeCloseTo(1, 4);
    expect(await embedder.embed(['x'.repeat(100_000), '\u0000\ud800 🙂'], 'passage')).toHaveLength(2);
  });
});
