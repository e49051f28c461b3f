import { createOnnxEmbedder } from '../core/retrieval/embedder.onnx.ts';

const models = new URL('../.cache/models/', import.meta.url).pathname;

/** The product's own embedder; the same variables as everywhere tell another place of its files. */
export const evaluationEmbedder = () =>
  createOnnxEmbedder({
    modelPath: process.env.EMBEDDER_MODEL_PATH ?? `${models}bge-small-en-v1.5-q.onnx`,
    tokenizerPath: process.env.EMBEDDER_TOKENIZER_PATH ?? `${models}bge-small-en-v1.5-tokenizer.json`,
    threads: 2,
  });
