/** Turns text into unit vectors, so that a dot product is the cosine. Adapter: `embedder.onnx.ts`. */
export interface Embedder {
  /** Model name, kept with every segment: vectors of different models are never compared. */
  readonly id: string;
  readonly dimensions: number;
  /** One vector a text, in order. `query` adds the prefix that the model was trained with for questions. */
  embed(texts: readonly string[], kind: 'query' | 'passage'): Promise<Float32Array[]>;
}
