import type { Embedder } from './embedder.ts';

/**
 * A deterministic embedder without a model: each word is hashed to a dimension and a sign (feature hashing,
 * Weinberger et al. 2009), so that texts with common words are near each other. For unit tests.
 */
export function createMemoryEmbedder(options: { id?: string; dimensions?: number } = {}): Embedder {
  const dimensions = options.dimensions ?? 256;
  return {
    id: options.id ?? `hashed-words-${dimensions}`,
    dimensions,
    embed: async (texts) => texts.map((text) => hashedWords(text, dimensions)),
  };
}

function hashedWords(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const hash = fnv1a(word);
    const at = (hash >>> 1) % dimensions;
    vector[at] = (vector[at] ?? 0) + (hash & 1 ? 1 : -1);
  }
  const norm = Math.hypot(...vector);
  // A text without words still needs a unit vector.
  if (norm === 0) vector[0] = 1;
  else for (let i = 0; i < dimensions; i++) vector[i] = (vector[i] ?? 0) / norm;
  return vector;
}

function fnv1a(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
