import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Embedder } from './embedder.ts';

const dimensions = 384;
/** The model's positions; what is longer is cut. */
const maxTokens = 512;
/** Bounds of one run of the model: texts, and tokens with padding. They bound its memory. */
const maxBatchTexts = 16;
const maxBatchTokens = 4_096;
/** No text of 512 tokens is longer than this, short of pathological ones; keeps the tokenizer's work bounded. */
const maxTextLength = 16_384;
/** The prefix for questions from the model card of bge-small-en-v1.5; passages go in as they are. */
const queryPrefix = 'Represent this sentence for searching relevant passages: ';

/**
 * The model bge-small-en-v1.5, quantised to 8 bits, in this process: 384 dimensions, English, first token pooled,
 * unit length (C-Pack, arXiv:2309.07597). `embed` computes on the calling thread.
 *
 * @param options.modelPath `bge-small-en-v1.5-q.onnx`
 * @param options.tokenizerPath its `tokenizer.json`
 * @param options.threads threads of one run, 1 unless told: on shared cores more threads wait for each other
 * @throws when a file cannot be read, or is not the model that it should be
 */
export async function createOnnxEmbedder(options: {
  modelPath: string;
  tokenizerPath: string;
  threads?: number;
}): Promise<Embedder> {
  const [tokenizerJson, session] = await Promise.all([
    readFile(options.tokenizerPath, 'utf8'),
    InferenceSession.create(options.modelPath, {
      intraOpNumThreads: options.threads ?? 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    }),
  ]);
  const tokenizer = new Tokenizer(JSON.parse(tokenizerJson) as object, {});
  const outputName = session.outputNames[0];
  if (outputName === undefined) throw new Error(`${options.modelPath} has no output`);

  const tokenIds = (text: string): number[] => {
    const { ids } = tokenizer.encode(text.slice(0, maxTextLength));
    const last = ids.at(-1);
    // The closing token stays when the text is cut.
    return ids.length <= maxTokens || last === undefined ? ids : [...ids.slice(0, maxTokens - 1), last];
  };

  return {
    id: 'bge-small-en-v1.5-q',
    dimensions,
    async embed(texts, kind) {
      const rows = texts.map((text, at) => ({
        at,
        ids: tokenIds(kind === 'query' ? queryPrefix + text : text),
      }));
      const vectors = new Array<Float32Array>(texts.length);
      for (const batch of batchesByLength(rows)) {
        const found = await runBatch(
          session,
          outputName,
          batch.map((row) => row.ids),
        );
        for (const [i, row] of batch.entries()) vectors[row.at] = found[i] as Float32Array;
      }
      return vectors;
    },
  };
}

/** Texts of like length together, so that little is spent on padding. */
function batchesByLength<R extends { ids: number[] }>(rows: readonly R[]): R[][] {
  const batches: R[][] = [];
  let batch: R[] = [];
  for (const row of [...rows].sort((a, b) => a.ids.length - b.ids.length)) {
    const full = batch.length >= maxBatchTexts || (batch.length + 1) * row.ids.length > maxBatchTokens;
    if (batch.length > 0 && full) {
      batches.push(batch);
      batch = [];
    }
    batch.push(row);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

async function runBatch(
  session: InferenceSession,
  outputName: string,
  batch: number[][],
): Promise<Float32Array[]> {
  const width = Math.max(...batch.map((ids) => ids.length));
  const shape = [batch.length, width];
  const ids = new BigInt64Array(batch.length * width);
  const mask = new BigInt64Array(batch.length * width);
  for (const [r, row] of batch.entries()) {
    for (const [c, id] of row.entries()) {
      ids[r * width + c] = BigInt(id);
      mask[r * width + c] = 1n;
    }
  }
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', mask, shape),
  };
  if (session.inputNames.includes('token_type_ids')) {
    feeds.token_type_ids = new Tensor('int64', new BigInt64Array(ids.length), shape);
  }
  const output = (await session.run(feeds, [outputName]))[outputName];
  const data = output?.data;
  const [rows, outputWidth, size] = output?.dims ?? [];
  if (
    !(data instanceof Float32Array) ||
    rows !== batch.length ||
    outputWidth !== width ||
    size !== dimensions
  ) {
    throw new Error(
      `The embedding model answered ${output?.type} ${output?.dims}, not ${dimensions} floats a token`,
    );
  }
  return batch.map((_, r) =>
    unitLength(data.slice(r * width * dimensions, r * width * dimensions + dimensions)),
  );
}

function unitLength(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const norm = Math.sqrt(sum) || 1;
  return vector.map((x) => x / norm);
}
