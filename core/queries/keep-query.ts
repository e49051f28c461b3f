import { within } from '../chat/within.ts';
import type { TenantConfig } from '../tenants/schema.ts';
import type { TenantId } from '../tenants/tenant-id.ts';
import { type KeptQuery, maxKeptLength, type RecentQueries } from './recent-queries.ts';
import { shortened } from './shortened.ts';

/**
 * How long the end of an answer waits for its question to be kept: a function may be frozen as soon as its answer has
 * ended, and what is not written by then may never be. The reader of a stream has everything by then. The reader of an
 * answer in one piece waits along, since that is handed over whole: some milliseconds, and this long where the table is slow.
 */
const maxWaitMs = 1_000;

/**
 * Keeps a question that was asked, where its tenant keeps questions. It is the question as it was screened; it is masked
 * and cut here. Never fails: whoever asked has nothing to do with it.
 */
export type KeepQuery = (tenant: TenantId, config: TenantConfig, asked: KeptQuery) => Promise<void>;

export interface QueryKeeperParts {
  readonly queries: Pick<RecentQueries, 'keep'>;
  /** The question without personal data and secrets, whatever the tenant lets pass in answers. */
  readonly redact: (query: string, config: TenantConfig) => string | Promise<string>;
  readonly log: (message: string, error: unknown) => void;
}

/** One write a question, of tenants that have `keep_queries_hours`. What cannot be masked is not kept. */
export function createQueryKeeper({ queries, redact, log }: QueryKeeperParts): KeepQuery {
  return async (tenant, config, asked) => {
    const hours = config.keep_queries_hours ?? 0;
    if (hours === 0) return;
    const work = async () => {
      // Masked as a whole, then cut: half a number would not be known for what it is.
      const query = shortened(await redact(asked.query, config), maxKeptLength);
      await queries.keep(tenant, { ...asked, query }, hours);
    };
    try {
      if ((await within(maxWaitMs, work())) === 'late') throw new Error(`it takes more than ${maxWaitMs} ms`);
    } catch (error) {
      log('a question is not kept', error);
    }
  };
}
