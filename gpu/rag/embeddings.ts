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

/** Embeds each distinct text of a tenant once, as long as it stays among the most recent ones. */
export function createEmbeddings(embedder: Embedder): Embeddings {
  const queries = new LRUCache<string, Promise<Float32Array>>({ max: maxQueries });
  const routeTexts = new LRUCache<string, Promise<Float32Array>>({ max: maxRouteTexts });
  // No tenant id has a newline in it.
  const keyOf = (tenant: TenantId, text: string) => `${tenant}\n${text}`;

  /** One call of the model for all texts that are not there yet; concurrent requests share it. */
  const embedOnce = (
    cache: LRUCache<string, Promise<Float32Array>>,
    kind: 'query' | 'passage',
    tenant: TenantId,
    texts: readonly string[],
  ): Promise<Float32Array>[] => {
    const missing = [...new Set(texts)].filter((text) => !cache.has(keyOf(tenant, text)));
    const made = new Map<string, Promise<Float32Array>>();
    if (missing.length > 0) {
      const vectors = embedder.embed(missing, kind);
      for (const [i, text] of missing.entries()) {
        const vector = vectors.then((all) => all[i] as Float32Array);
        const key = keyOf(tenant, text);
        vector.catch(() => {
          if (cache.peek(key) === vector) cache.delete(key);
        });
        cache.set(key, vector);
        made.set(text, vector);
      }
    }
    return texts.map((text) => made.get(text) ?? (cache.get(keyOf(tenant, text)) as Promise<Float32Array>));
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
