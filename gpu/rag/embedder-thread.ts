import type { Embedder } from '../../core/retrieval/embedder.ts';
import { startThread } from './thread.ts';

/** The embedding model in a thread of its own: a run of it blocks the thread that it computes on. */
export async function createEmbedderThread(options: {
  modelPath: string;
  tokenizerPath: string;
  threads: number;
}): Promise<Embedder & { close(): Promise<void> }> {
  const thread = startThread(new URL('embed.worker.ts', import.meta.url), options);
  const described = (await thread.call('describe', undefined)) as { id: string; dimensions: number };
  return {
    ...described,
    embed: async (texts, kind) => (await thread.call('embed', { texts, kind })) as Float32Array[],
    close: () => thread.close(),
  };
}
