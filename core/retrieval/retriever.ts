import type { TenantId } from '../tenants/tenant-id.ts';
import type { RetrieveRequest, RetrieveResponse } from './schema.ts';

/** Search in one tenant's documents. Adapters: `retriever.http.ts` (the RAG service). */
export interface Retriever {
  /**
   * @throws {RetrievalUnavailable} when the search cannot be done now; the chat goes on as the route says.
   */
  retrieve(tenant: TenantId, request: RetrieveRequest, signal?: AbortSignal): Promise<RetrieveResponse>;
}

/** The RAG service is down, too slow, or answered something that is not to be trusted. */
export class RetrievalUnavailable extends Error {
  override readonly name = 'RetrievalUnavailable';
}
