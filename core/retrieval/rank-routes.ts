import type { RankRoutes } from './ranking.ts';

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** How near a query is to each route, nearest first. */
export const rankRoutes: RankRoutes = (_query, queryVector, routes) =>
  routes
    .map(({ route, vectors }) => {
      const best = Math.max(-1, ...vectors.map((vector) => dot(queryVector, vector)));
      return { id: route.id, score: 1 / (1 + Math.exp(-14 * (best - 0.66))) };
    })
    .sort((a, b) => b.score - a.score);
