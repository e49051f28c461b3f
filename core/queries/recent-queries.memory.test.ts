import { recentQueriesContract } from './recent-queries.contract.ts';
import { createMemoryRecentQueries } from './recent-queries.memory.ts';

recentQueriesContract('memory', async () => {
  const queries = createMemoryRecentQueries();
  return { instance: () => queries, close: async () => {} };
});
