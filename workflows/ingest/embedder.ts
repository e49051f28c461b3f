import { z } from 'zod';
import { createOnnxEmbedder } from '../../core/retrieval/embedder.onnx.ts';
import type { Embedder } from '../../core/retrieval/embedder.ts';

export const embedderEnvironment = z.object({
  EMBEDDER_MODEL_PATH: z.string(),
  EMBEDDER_TOKENIZER_PATH: z.string(),
});

/** The embedding model, loaded at the first call and kept for the life of the process. */
export function createLazyEmbedder(env: z.infer<typeof embedderEnvironment>): () => Promise<Embedder> {
  let loading: Promise<Embedder> | undefined;
  return () => {
    loading ??= createOnnxEmbedder({
      modelPath: env.EMBEDDER_MODEL_PATH,
      tokenizerPath: env.EMBEDDER_TOKENIZER_PATH,
    }).catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
