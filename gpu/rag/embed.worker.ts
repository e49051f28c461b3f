import { workerData } from 'node:worker_threads';
import { createOnnxEmbedder } from '../../core/retrieval/embedder.onnx.ts';
import { answerCalls } from './thread.ts';

const loading = createOnnxEmbedder(workerData as Parameters<typeof createOnnxEmbedder>[0]);
// Every call awaits it and answers with its failure.
loading.catch(() => {});

answerCalls({
  describe: async () => {
    const { id, dimensions } = await loading;
    return { id, dimensions };
  },
  embed: async (call: { texts: readonly string[]; kind: 'query' | 'passage' }) =>
    (await loading).embed(call.texts, call.kind),
});
