import { LRUCache } from 'lru-cache';
import type { Embedder } from '../../core/retrieval/embedder.ts';
import type { EmbeddedRoute } from '../../core/retrieval/ranking.ts';
import type { RankableRoute } from '../../core/retrieval/schema.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';

const maxQueries = 512;
const maxRouteTexts = 8_192;

/** Vectors of queries and routes. What is kept is kept for one tenant: no tenant can tell what another asked. */
export interface Embeddings {
  query(tenant: TenantId, text: string): Promise<Float32Array>;
  routes(tenant: TenantId, routes: readonly RankableRoute[]): Promise<EmbeddedRoute[]>;
}

/**
 * Embeds each distinct text of a tenant once, as long as it stays among the most recent ones.
 *
 * @param options.maxQueries how many queries' vectors are kept, and `maxRouteTexts` those of routes' texts
 */
export function createEmbeddings(
  embedder: Embedder,
  options: { maxQueries?: number; maxRouteTexts?: number } = {},
): Embeddings {
  const queries = new LRUCache<string, Promise<Float32Array>>({ max: options.maxQueries ?? maxQueries });
  const routeTexts = new LRUCache<string, Promise<Float32Array>>({
    max: options.maxRouteTexts ?? maxRouteTexts,
  });
  // No tenant id has a newline in it.
  const keyOf = (tenant: TenantId, text: string) => `${tenant}\n${text}`;

  /** One call of the model for all texts that are not there yet; concurrent requests share it. */
  const embedOnce = (
    cache: LRUCache<string, Promise<Float32Array>>,
    kind: 'query' | 'passage',
    tenant: TenantId,
    texts: readonly string[],
  ): Promise<Float32Array>[] => {
    const missing: string[] = [];
    // Held here: keeping the missing ones may push those that are there out of the cache.
    const found = new Map<string, Promise<Float32Array>>();
    for (const text of new Set(texts)) {
      const kept = cache.get(keyOf(tenant, text));
      if (kept) found.set(text, kept);
      else missing.push(text);
    }
    if (missing.length > 0) {
      const vectors = embedder.embed(missing, kind);
      for (const [i, text] of missing.entries()) {
        const vector = vectors.then((all) => all[i] ?? Promise.reject(new Error('A text got no vector')));
        const key = keyOf(tenant, text);
        vector.catch(() => {
          if (cache.peek(key) === vector) cache.delete(key);
        });
        cache.set(key, vector);
        found.set(text, vector);
      }
    }
    return texts.map((text) => found.get(text) as Promise<Float32Array>);
  };

  return {
    query: async (tenant, text) =>
      (await Promise.all(embedOnce(queries, 'query', tenant, [text])))[0] as Float32Array,
    async routes(tenant, routes) {
      const texts = routes.flatMap(({ description, examples }) => [description, ...examples]);
      const vectors = await Promise.all(embedOnce(routeTexts, 'passage', tenant, texts));
      let at = 0;
      return routes.map((route) => {
        const count = 1 + route.examples.length;
        at += count;
        return { route, vectors: vectors.slice(at - count, at) };
      });
    },
  };
}
