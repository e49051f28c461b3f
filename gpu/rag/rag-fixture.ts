import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { createServiceTokenSigner, createServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { createMemoryEmbedder } from '../../core/retrieval/embedder.memory.ts';
import { createMemoryIndexStore } from '../../core/retrieval/index-store.memory.ts';
import type { IndexStore } from '../../core/retrieval/index-store.ts';
import { rankEvidence } from '../../core/retrieval/rank-evidence.ts';
import { rankRoutes } from '../../core/retrieval/rank-routes.ts';
import type { RetrieveRequest, RetrieveResponse } from '../../core/retrieval/schema.ts';
import type { SearchEngine } from '../../core/retrieval/search-engine.ts';
import { createSearchViews } from '../../core/retrieval/search-views.ts';
import type { BuiltSegment } from '../../core/retrieval/segment.ts';
import { buildSegment } from '../../core/retrieval/segment-builder.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { createRagApp } from './app.ts';
import { createEmbeddings } from './embeddings.ts';
import type { Log } from './log.ts';
import { createRetrieval } from './retrieval.ts';
import { createTenantIndexes } from './tenant-indexes.ts';

export const embedder = createMemoryEmbedder();

/** A segment with one document, one chunk a text. */
export async function segmentOf(
  tenant: TenantId,
  documentId: string,
  texts: readonly string[],
  version = 1,
  title = 'Handbook',
): Promise<BuiltSegment> {
  const chunks = texts.map((text, i) => ({
    id: `${tenant}-${documentId}-v${version}-${i}`,
    tenant_id: tenant,
    document_id: documentId,
    version,
    title,
    text,
    start: 0,
    end: [...text].length,
  }));
  const vectors = await embedder.embed(texts, 'passage');
  return buildSegment({
    tenant,
    id: `seg-${documentId}-v${version}`,
    embedder: embedder.id,
    dimensions: embedder.dimensions,
    chunks,
    chunkVectors: vectors,
    sentences: texts.map((text, row) => ({ row, text, start: 0, end: [...text].length })),
    sentenceVectors: vectors,
  });
}

export async function publish(store: IndexStore, tenant: TenantId, built: BuiltSegment): Promise<void> {
  await store.upload(tenant, built);
  for (const document of built.segment.documents) await store.publish(tenant, built.segment, document);
}

export async function serviceKeys(): Promise<{ privateJwk: JWK; publicJwk: JWK }> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { privateJwk: await exportJWK(pair.privateKey), publicJwk: await exportJWK(pair.publicKey) };
}

export type Line = Parameters<Log>[0];

/** The whole service over a store and an embedder in memory; searches run on the test's own thread. */
export async function startRag(
  options: {
    store?: IndexStore;
    engine?: SearchEngine;
    maxTenants?: number;
    maxBytes?: number;
    maxInFlight?: number;
    maxRequestMs?: number;
  } = {},
) {
  const keys = await serviceKeys();
  const store = options.store ?? createMemoryIndexStore();
  const engine = options.engine ?? createSearchViews();
  const lines: Line[] = [];
  const indexes = createTenantIndexes({
    store,
    engine,
    embedderId: embedder.id,
    maxTenants: options.maxTenants ?? 100,
    maxBytes: options.maxBytes ?? 100_000_000,
  });
  const app = createRagApp({
    verify: await createServiceTokenVerifier([keys.publicJwk], 'rag'),
    retrieval: createRetrieval({
      indexes,
      embeddings: createEmbeddings(embedder),
      rankEvidence,
      rankRoutes,
      onForeignChunk: (tenant, chunk) =>
        lines.push({ level: 'error', message: 'foreign chunk', tenant_id: tenant, chunk_id: chunk.id }),
    }),
    maxInFlight: options.maxInFlight ?? 100,
    ...(options.maxRequestMs !== undefined && { maxRequestMs: options.maxRequestMs }),
    log: (line) => lines.push(line),
    ready: () => true,
  });
  const sign = await createServiceTokenSigner(keys.privateJwk);
  const send = async (token: string | undefined, body: unknown) =>
    app.request('/v1/retrieve', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const ask = async (tenant: TenantId, query: string, asked: Partial<RetrieveRequest> = {}) =>
    send(await sign(tenant, 'rag'), { query, routes: [], k: 20, ...asked });
  const find = async (
    tenant: TenantId,
    query: string,
    asked?: Partial<RetrieveRequest>,
  ): Promise<RetrieveResponse> => {
    const response = await ask(tenant, query, asked);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as RetrieveResponse;
  };
  return { app, store, engine, indexes, lines, keys, sign, send, ask, find };
}
