import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Embedder } from './embedder.ts';

const dimensions = 384;
/** The model's positions; what is longer is cut. */
const maxTokens = 512;
/** No text of 512 tokens is longer than this, short of pathological ones; keeps the tokenizer's work bounded. */
const maxTextLength = 16_384;
/** The prefix for questions from the model card of bge-small-en-v1.5; passages go in as they are. */
const queryPrefix = 'Represent this sentence for searching relevant passages: ';

/**
 * The model bge-small-en-v1.5, quantised to 8 bits, in this process: 384 dimensions, English, first token pooled,
 * unit length (C-Pack, arXiv:2309.07597). `embed` computes on the calling thread.
 *
 * Texts go through the model one by one. The 8-bit model scales its activations by what else is in the batch, so a
 * text's vector would depend on its neighbours (cosines down to 0.995 were seen); alone it is always the same, and
 * on one thread passages were faster than padded in batches.
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
  // The runtime reports its use to its maker otherwise; it asks once, when it is first used.
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
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
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        vectors.push(await run(session, outputName, tokenIds(kind === 'query' ? queryPrefix + text : text)));
      }
      return vectors;
    },
  };
}

async function run(session: InferenceSession, outputName: string, ids: number[]): Promise<Float32Array> {
  const shape = [1, ids.length];
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
  };
  if (session.inputNames.includes('token_type_ids')) {
    feeds.token_type_ids = new Tensor('int64', new BigInt64Array(ids.length), shape);
  }
  const output = (await session.run(feeds, [outputName]))[outputName];
  const data = output?.data;
  if (!(data instanceof Float32Array) || output?.dims.at(-1) !== dimensions || data.length < dimensions) {
    throw new Error(
      `The embedding model answered ${output?.type} ${output?.dims}, not ${dimensions} floats a token`,
    );
  }
  // The first token's row.
  return unitLength(data.slice(0, dimensions));
}

function unitLength(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const x of vector) sum += x * x;
  const norm = Math.sqrt(sum) || 1;
  return vector.map((x) => x / norm);
}
