import { builtInRoutes, smallTalkRoute } from '../core/orchestrator/built-in-routes.ts';
import { SMALL_TALK } from '../core/orchestrator/small-talk.ts';
import type { Embedder } from '../core/retrieval/embedder.ts';
import { rankEvidence } from '../core/retrieval/rank-evidence.ts';
import { rankRoutes } from '../core/retrieval/rank-routes.ts';
import { answers, type EmbeddedRoute } from '../core/retrieval/ranking.ts';
import type { RankableRoute } from '../core/retrieval/schema.ts';
import type { Case } from './cases.ts';
import type { Share } from './measure-answers.ts';

export async function embedRoutes(
  routes: readonly RankableRoute[],
  embedder: Embedder,
): Promise<EmbeddedRoute[]> {
  const embedded: EmbeddedRoute[] = [];
  for (const route of routes) {
    const vectors = await embedder.embed([route.description, ...route.examples], 'passage');
    embedded.push({ route, vectors });
  }
  return embedded;
}

/**
 * How often the right route comes first: among the built-in ones, and with a tenant's own beside them; and how often a
 * question about documents is taken for small talk, which must never be.
 */
export async function measureRoutes(
  questions: readonly (Case & { readonly route: string })[],
  cases: readonly Case[],
  own: readonly RankableRoute[],
  embedder: Embedder,
  onWrong: (line: string) => void,
) {
  const builtIn = await embedRoutes([...builtInRoutes, smallTalkRoute], embedder);
  const withOwn = [...builtIn, ...(await embedRoutes(own, embedder))];
  const shares: Record<string, Share> = {};
  const count = (name: string, right: boolean, line: string) => {
    const share = shares[name] ?? { right: 0, all: 0 };
    shares[name] = share;
    share.all += 1;
    if (right) share.right += 1;
    else onWrong(line);
  };
  const first = ({ question: { ask }, vector, found }: Case, routes: readonly EmbeddedRoute[]) =>
    rankRoutes(ask, vector, routes, answers(rankEvidence(ask, vector, found)))[0]?.id ?? 'none';
  for (const { route, ...asked } of questions) {
    const { ask } = asked.question;
    const isOwn = own.some(({ id }) => id === route);
    for (const [name, routes] of [
      ['built-in routes', builtIn],
      ['with a tenant’s own', withOwn],
    ] as const) {
      if (isOwn && routes === builtIn) continue;
      const found = first(asked, routes);
      count(route === SMALL_TALK ? 'small talk' : name, found === route, `${ask}: ${found}, not ${route}`);
    }
  }
  for (const asked of cases) {
    const { question } = asked;
    const found = first(asked, builtIn);
    count('not small talk', found !== SMALL_TALK, `${question.ask}: ${found}`);
    if (question.route !== undefined) {
      count('built-in routes', found === question.route, `${question.ask}: ${found}, not ${question.route}`);
    }
  }
  return shares;
}
