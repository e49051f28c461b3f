import type { EmbeddedRoute, RankRoutes } from './ranking.ts';
import { isFunctionWord, stem, wordsOf } from './words.ts';

/** The catch-all: it has no subject of its own and wins where no other route is near. */
const catchAll = 'GENERAL';
/** Turns that need no sources; see `core/orchestrator/small-talk.ts`. */
const smallTalk = 'SMALL_TALK';

/** Weights of `routeFeatures`, fitted by logistic regression on the tuned part of the labelled routes. */
const specialWeights = [-0.28, 0.8, 3.79, 0.95, 0.37, -0.19];
const smallTalkWeights = [1.37, 2.13, 2.92, 0.39, -0.39, 0.0];

const catchAllDiscount = 0.03;
/**
 * Below this it may be a question after all, and a question that is not answered from the sources is worse than a stiff
 * reply. When the sources have an answer, only the plainest small talk is still small talk.
 */
const smallTalkFrom = { unanswered: 0.8, answered: 0.99 };

const dot = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/**
 * How near a query is to each route, nearest first, 0 to 1; a clear match is above 0.6. Pure.
 *
 * A route is judged by the nearest of its examples and its description, by how far it is ahead of the other routes
 * and by words that belong to it alone; this holds for routes that a tenant defines as for built-in ones. `GENERAL`
 * is what is left: it gets what the nearest other route lacks to 1, and so wins exactly when that one is below 0.5.
 * A query with a name or a number in it is never small talk: it asks about something. Nor is one that is not clearly
 * small talk.
 */
export const rankRoutes: RankRoutes = (query, queryVector, routes, answered) => {
  const certain = answered ? smallTalkFrom.answered : smallTalkFrom.unanswered;
  const scores = routeFeatures(query, queryVector, routes).map(({ id, features }) => {
    const weights = id === smallTalk ? smallTalkWeights : specialWeights;
    const sum = features.reduce((all, value, at) => all + value * (weights[at] as number), 0);
    const score = 1 / (1 + Math.exp(-sum));
    return { id, score: id === smallTalk && score < certain ? score / 2 : score };
  });
  const nearest = Math.max(0, ...scores.filter(({ id }) => id !== catchAll).map(({ score }) => score));
  return scores
    .map(({ id, score }) => ({ id, score: id === catchAll ? 1 - nearest : score }))
    .sort((a, b) => b.score - a.score);
};

/**
 * For each route: 1, its nearness, how far it is ahead of the nearest other one, whether the query has words of
 * its alone, and how much of the query asks about something (names, numbers, many words).
 */
export function routeFeatures(
  query: string,
  queryVector: Float32Array,
  routes: readonly EmbeddedRoute[],
): { id: string; features: number[] }[] {
  const nearness = routes.map(({ vectors }) =>
    Math.max(-1, ...vectors.map((vector) => dot(queryVector, vector))),
  );
  const all = wordsOf(query.slice(0, 1_000));
  const [first] = all;
  const shouted = query === query.toUpperCase();
  const words = all.filter((word) => !isFunctionWord(word.toLowerCase()));
  const names = words.some(
    (word) => /\d/.test(word) || (/^\p{Lu}/u.test(word) && word !== first && !shouted),
  );
  const stems = [...new Set(words.map(stem))];
  const vocabularies = routes.map(({ route }) => vocabularyOf(route));
  return routes.map(({ route }, index) => {
    const own = nearness[index] as number;
    // The catch-all's examples are about anything, also about what a tenant has a route for: they count for less.
    const others = Math.max(
      -1,
      ...routes.map((other, at) =>
        at === index ? -1 : (nearness[at] as number) - (other.route.id === catchAll ? catchAllDiscount : 0),
      ),
    );
    const special = stems.filter(
      (one) =>
        vocabularies[index]?.has(one) && !vocabularies.some((other, at) => at !== index && other.has(one)),
    ).length;
    return {
      id: route.id,
      features: [
        1,
        (own - 0.75) * 10,
        Math.min(2, Math.max(-2, (own - others) * 10)),
        Math.min(2, special),
        Math.min(6, words.length) + (names ? 3 : 0),
        Math.max(0, 1 - (routes[index]?.vectors.length ?? 0) / 12),
      ],
    };
  });
}

function vocabularyOf(route: EmbeddedRoute['route']): Set<string> {
  const words = wordsOf([route.description, ...route.examples].join(' '));
  return new Set(words.filter((word) => !isFunctionWord(word.toLowerCase())).map(stem));
}
