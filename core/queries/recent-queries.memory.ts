import type { TenantId } from '../tenants/tenant-id.ts';
import type { KeptQuery, RecentQueries } from './recent-queries.ts';

const hourMs = 3_600_000;

/** Recent questions within one process: for tests and tools. */
export function createMemoryRecentQueries(): RecentQueries {
  const kept = new Map<TenantId, Map<string, KeptQuery & { readonly untilMs: number }>>();
  return {
    async keep(tenant, query, keepHours) {
      const own = kept.get(tenant) ?? new Map();
      kept.set(tenant, own);
      own.set(`${query.atMs} ${query.messageId}`, { ...query, untilMs: query.atMs + keepHours * hourMs });
    },
    async since(tenant, fromMs, nowMs, limit) {
      const found = [...(kept.get(tenant)?.values() ?? [])]
        .filter(({ atMs, untilMs }) => atMs >= fromMs && atMs <= nowMs && untilMs > nowMs)
        .sort((a, b) => b.atMs - a.atMs || (a.messageId < b.messageId ? 1 : -1));
      return {
        queries: found.slice(0, limit).map(({ untilMs: _, ...query }) => query),
        more: found.length > limit,
      };
    },
  };
}
