import { answers, type RankEvidence, type RankRoutes } from '../../core/retrieval/ranking.ts';
import type { RetrieveRequest, RetrieveResponse } from '../../core/retrieval/schema.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import type { Embeddings } from './embeddings.ts';
import type { TenantIndexes } from './tenant-indexes.ts';

/** Told when an index held a chunk of another tenant: a defect that the caller never sees. */
export type ForeignChunkFound = (
  tenant: TenantId,
  chunk: { id: string; document_id: string; revision: number },
) => void;

export interface RetrievalDeps {
  readonly indexes: TenantIndexes;
  readonly embeddings: Embeddings;
  readonly rankEvidence: RankEvidence;
  readonly rankRoutes: RankRoutes;
  readonly onForeignChunk: ForeignChunkFound;
}

export type Retrieval = (tenant: TenantId, request: RetrieveRequest) => Promise<RetrieveResponse>;

/**
 * The work of one request. What is not for the groups that ask leaves the index in no form, so neither quotes nor the
 * ranks of routes, which mind whether the documents answer, can come from it. The model and the storage work side by side: the query's vector, the routes' vectors, and
 * the pointer with (if it is not in memory) the index.
 */
export function createRetrieval(deps: RetrievalDeps): Retrieval {
  const search = async (tenant: TenantId, request: RetrieveRequest, embedded: Promise<Float32Array>) => {
    const found = await deps.indexes.use(tenant, async (searchIndex, revision) => ({
      ...(await searchIndex(request.query, await embedded, request.k, request.groups)),
      revision,
    }));
    return found ?? { chunks: [], sentences: [], revision: 0 };
  };

  return async (tenant, request) => {
    const embedded = deps.embeddings.query(tenant, request.query);
    const [vector, routes, found] = await Promise.all([
      embedded,
      deps.embeddings.routes(tenant, request.routes),
      search(tenant, request, embedded),
    ]);
    const chunks = found.chunks.filter((chunk) => {
      if (chunk.tenant_id === tenant) return true;
      deps.onForeignChunk(tenant, { id: chunk.id, document_id: chunk.document_id, revision: found.revision });
      return false;
    });
    const sentences = found.sentences.filter(({ chunk }) => chunk.tenant_id === tenant);
    const evidence = deps.rankEvidence(request.query, vector, sentences);
    return {
      routes: deps.rankRoutes(request.query, vector, routes, answers(evidence)),
      chunks,
      evidence,
      revision: found.revision,
    };
  };
}
