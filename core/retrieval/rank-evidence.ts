import type { RankEvidence } from './ranking.ts';

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** Scores sentences as answers to a query, best first, at most 8. See `ANSWERS_AT`. */
export const rankEvidence: RankEvidence = (_query, queryVector, candidates) =>
  candidates
    .map(({ chunk, text, start, end, vector }) => ({
      chunk_id: chunk.id,
      text,
      start,
      end,
      score: 1 / (1 + Math.exp(-14 * (dot(queryVector, vector) - 0.68))),
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, 8);
