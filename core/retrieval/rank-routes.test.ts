import { describe, expect, it } from 'vitest';
import { rankRoutes } from './rank-routes.ts';
import type { EmbeddedRoute } from './ranking.ts';

const at = (cosine: number) => Float32Array.of(cosine, Math.sqrt(1 - cosine * cosine));
const query = at(1);
const route = (id: string, description: string, ...cosines: number[]): EmbeddedRoute => ({
  route: { id, description, examples: cosines.slice(1).map((_, n) => `example ${n}`) },
  vectors: cosines.map(at),
});

describe('rankRoutes', () => {
  it('puts a clear match first, above 0.6', () => {
    const [first] = rankRoutes(
      'What does the milk cost?',
      query,
      [route('GENERAL', 'anything else', 0.6, 0.62), route('PRICE_COMPARE', 'What products cost', 0.8, 0.9)],
      false,
    );
    expect(first?.id).toBe('PRICE_COMPARE');
    expect(first?.score).toBeGreaterThan(0.6);
  });

  it('leaves to the catch-all what no route is near', () => {
    const [first] = rankRoutes(
      'Who wrote the novel?',
      query,
      [
        route('PRICE_COMPARE', 'What products cost', 0.5, 0.55),
        route('DIET_NUTRITION', 'Food', 0.5, 0.54),
        route('GENERAL', 'anything else', 0.4, 0.5),
      ],
      false,
    );
    expect(first?.id).toBe('GENERAL');
  });

  it('knows small talk, but takes no question with a name and a number for it', () => {
    const routes = [
      route('SMALL_TALK', 'greetings', 0.8, 0.85),
      route('GENERAL', 'anything else', 0.6, 0.6),
      route('PRICE_COMPARE', 'What products cost', 0.5, 0.6),
    ];
    expect(rankRoutes('hello', query, routes, false)[0]?.id).toBe('SMALL_TALK');
    const asked = rankRoutes(
      'Who is the director of the Zorvex-12 foundation in Brelfin?',
      query,
      [route('SMALL_TALK', 'greetings', 0.6, 0.66), ...routes.slice(1)],
      false,
    );
    expect(asked[0]?.id).not.toBe('SMALL_TALK');
  });

  it('takes what sounds like small talk for a question when the sources answer it', () => {
    const likely = (answered: boolean) =>
      rankRoutes(
        'When is the poetry evening?',
        query,
        [
          route('SMALL_TALK', 'greetings', 0.6, 0.7),
          route('GENERAL', 'anything else', 0.6, 0.6),
          route('PRICE_COMPARE', 'What products cost', 0.5, 0.55),
        ],
        answered,
      )[0]?.id;
    expect(likely(false)).toBe('SMALL_TALK');
    expect(likely(true)).toBe('GENERAL');
  });

  it('takes a query that is not clearly small talk for a question', () => {
    const [first] = rankRoutes(
      'x',
      query,
      [
        route('SMALL_TALK', 'greetings', 0.55, 0.6),
        route('GENERAL', 'anything else', 0.6, 0.6),
        route('PRICE_COMPARE', 'What products cost', 0.5, 0.55),
      ],
      false,
    );
    expect(first?.id).toBe('GENERAL');
  });

  it('gives every route a score from 0 to 1, nearest first', () => {
    const ranked = rankRoutes(
      'x',
      query,
      [route('A', 'a', 0.1), route('B', 'b', 0.9), route('GENERAL', 'c', 0.3)],
      false,
    );
    expect(ranked).toHaveLength(3);
    expect(ranked.map(({ score }) => score)).toEqual(
      [...ranked.map(({ score }) => score)].sort((a, b) => b - a),
    );
    for (const { score } of ranked) expect(score >= 0 && score <= 1).toBe(true);
  });
});
