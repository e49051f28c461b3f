import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { JWK } from 'jose';
import { createTenantBuckets } from '../../core/aws/tenant-buckets.ts';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { createServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { createAwsIndexStore } from '../../core/retrieval/index-store.aws.ts';
import { rankEvidence } from '../../core/retrieval/rank-evidence.ts';
import { rankRoutes } from '../../core/retrieval/rank-routes.ts';
import { createTenantCredentials } from '../../core/tenants/create-tenant-credentials.ts';
import { createRagApp } from './app.ts';
import { createEmbedderThread } from './embedder-thread.ts';
import { createEmbeddings } from './embeddings.ts';
import { ragEnvironment } from './environment.ts';
import { foreignChunkMetric, logToStdout } from './log.ts';
import { createRetrieval } from './retrieval.ts';
import { createSearchThreads } from './search-threads.ts';
import { createTenantIndexes } from './tenant-indexes.ts';

/** How long requests under way may take after SIGTERM. */
const maxDrainMs = 10_000;

// The libraries under FAISS start a thread a core each otherwise, in every search thread. Read when FAISS is loaded,
// which happens in those threads only.
process.env.OMP_NUM_THREADS ??= '1';
process.env.OPENBLAS_NUM_THREADS ??= '1';
// The model's runtime reports its use to its maker otherwise. It reads the process's environment and not a thread's.
process.env.ORT_DISABLE_TELEMETRY ??= '1';

const env = ragEnvironment(process.env);
const embedder = await createEmbedderThread({
  modelPath: env.EMBEDDER_MODEL_PATH,
  tokenizerPath: env.EMBEDDER_TOKENIZER_PATH,
  threads: env.EMBEDDER_THREADS,
});
const credentials = createTenantCredentials(env);
const store = createAwsIndexStore({
  tables: createTenantTables(credentials, { requestTimeoutMs: 1_500 }),
  buckets: createTenantBuckets(credentials, { requestTimeoutMs: 5_000 }),
  tableName: env.TABLE_NAME,
  bucketName: env.DOCUMENTS_BUCKET,
});
const engine = createSearchThreads(env.RAG_SEARCH_THREADS);
const indexes = createTenantIndexes({
  store,
  engine,
  embedderId: embedder.id,
  maxTenants: env.RAG_MAX_TENANTS,
  maxBytes: env.RAG_MAX_INDEX_MB * 1024 * 1024,
});

let draining = false;
const app = createRagApp({
  verify: await createServiceTokenVerifier(env.SERVICE_PUBLIC_JWKS as JWK[], 'rag'),
  retrieval: createRetrieval({
    indexes,
    embeddings: createEmbeddings(embedder),
    rankEvidence,
    rankRoutes,
    onForeignChunk: (tenant, chunk) =>
      logToStdout({
        level: 'error',
        message: "another tenant's chunk was found in an index and held back",
        chunk_id: chunk.id,
        document_id: chunk.document_id,
        revision: chunk.revision,
        ...foreignChunkMetric(tenant, Date.now()),
      }),
  }),
  maxInFlight: env.RAG_MAX_IN_FLIGHT,
  log: logToStdout,
  ready: () => !draining,
});

const server = serve(
  {
    fetch: app.fetch,
    hostname: env.HOST,
    port: env.PORT,
    // Longer than a load balancer keeps its connections, so that it never sends into one that is just closing.
    serverOptions: { headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 75_000 },
  },
  (address: AddressInfo) => {
    logToStdout({ level: 'info', message: 'listening', host: address.address, port: address.port });
  },
) as Server;

/** Takes no more connections, lets requests under way end, and goes. */
const drain = () => {
  if (draining) return;
  draining = true;
  const leave = async (code: number) => {
    await Promise.all([engine.close(), embedder.close()]);
    process.exit(code);
  };
  setTimeout(() => leave(1), maxDrainMs);
  setInterval(() => server.closeIdleConnections(), 100);
  server.close(() => leave(0));
};
process.on('SIGTERM', drain);
process.on('SIGINT', drain);
