import { exportJWK, generateKeyPair } from 'jose';
import { createMemoryAdmission } from '../../core/admission/admission.memory.ts';
import type { Admission, Settlement } from '../../core/admission/admission.ts';
import { createMemoryCancellations } from '../../core/chat/cancellations.memory.ts';
import { createMemoryIdempotencyStore } from '../../core/idempotency/idempotency-store.memory.ts';
import type { IdempotencyStore } from '../../core/idempotency/idempotency-store.ts';
import type { OriginCheck } from '../../core/identity/origin-secret.ts';
import { createServiceTokenSigner, createServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { builtInRoutes, smallTalkRoute } from '../../core/orchestrator/built-in-routes.ts';
import { type Engine, EngineUnavailable } from '../../core/orchestrator/engine.ts';
import { createGraphOrchestrator } from '../../core/orchestrator/orchestrator.graph.ts';
import { createQueryKeeper } from '../../core/queries/keep-query.ts';
import { createMemoryRecentQueries } from '../../core/queries/recent-queries.memory.ts';
import { RetrievalUnavailable, type Retriever } from '../../core/retrieval/retriever.ts';
import type { RetrieveResponse } from '../../core/retrieval/schema.ts';
import type { RequestFacts } from '../../core/telemetry/request-line.ts';
import { createCachedConfigs } from '../../core/tenants/cached-config.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { type TenantId, vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { createChatApp } from '../../functions/chat/app.ts';
import { createHttpOrchestrator } from '../../functions/chat/orchestrator.http.ts';
import { type Authenticator, createAuthenticator } from '../../functions/http/authenticate.ts';
import { createIdempotency } from '../../functions/http/idempotency.ts';
import { createOrchestratorApp } from '../../functions/orchestrator/app.ts';

export const t1 = vouchForTenant('t1');
export const oats = 'Harvest oats cost 1.99 a kilo.';
export const chunk = {
  id: 'doc_a.v1.0',
  tenant_id: 't1',
  document_id: 'doc_a',
  version: 1,
  title: 'Prices',
  text: `Intro. ${oats}`,
  start: 100,
  end: 137,
  score: 0.8,
};
export const found: RetrieveResponse = {
  routes: [{ id: 'PRICE_COMPARE', score: 0.9 }],
  chunks: [chunk],
  evidence: [{ chunk_id: chunk.id, text: oats, start: 107, end: 137, score: 0.9 }],
  revision: 1,
};

/** An engine that says the given pieces, waiting for `pause` between them. */
export const engineOf = (pieces: readonly string[], pauseMs = 0): Engine => ({
  async *stream(_tenant, _prompt, signal) {
    for (const [n, text] of pieces.entries()) {
      signal.throwIfAborted();
      yield { kind: 'spent', usage: { prompt_tokens: 100, completion_tokens: n + 1 } };
      yield { kind: 'text', text };
      if (pauseMs) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    yield {
      kind: 'end',
      finishReason: 'stop',
      usage: { prompt_tokens: 100, completion_tokens: pieces.length },
    };
  },
});
export const deadEngine: Engine = {
  // biome-ignore lint/correctness/useYield: it fails before it says anything
  async *stream() {
    throw new EngineUnavailable('down');
  },
};
export const deadRetriever: Retriever = {
  retrieve: () => Promise.reject(new RetrievalUnavailable('down')),
};

export interface Parts {
  readonly authenticator?: Authenticator;
  retriever?: Retriever;
  engine?: Engine;
  answerMode?: 'generative' | 'extractive';
  overNetwork?: boolean;
  isFromOrigin?: OriginCheck;
  corsOrigins?: readonly string[];
  settled?: () => Promise<void>;
  /** Wraps the parts that keep or ask something, so that a test sees their use. */
  watch?: <T extends object>(name: string, part: T) => T;
  idempotencyStore?: IdempotencyStore;
  /** What admission and its settlement are, where a test brings its own. */
  admission?: Admission & Settlement;
  /** How often the tenant's credentials have changed, where anything can change them. */
  authEpochOf?: (tenant: TenantId) => number;
  /** The clock of admission and telemetry. */
  now?: () => number;
}

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const sign = await createServiceTokenSigner(await exportJWK(privateKey));
const verify = await createServiceTokenVerifier([await exportJWK(publicKey)], 'orchestrator');

/** The chat app on memory versions of its ports, with tenant t1 at three requests a minute. */
export async function chatStand() {
  const store = createMemoryConfigStore();
  const idempotencyStore = createMemoryIdempotencyStore();
  const cancellations = createMemoryCancellations();
  const queries = createMemoryRecentQueries();
  const told: RequestFacts[] = [];
  const logged: unknown[] = [];
  await store.put(
    t1,
    tenantConfigSchema.parse({
      tenant_id: 't1',
      rate_limit_per_minute: 3,
      sensitive_prompt_patterns: ['password'],
      refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'Security violation' }],
    }),
    true,
  );

  function chatApp(parts: Parts = {}) {
    const watch = parts.watch ?? ((_name, part) => part);
    const epochsOf = (tenant: TenantId) => {
      const found = store.epochsOf(tenant);
      return found && { ...found, authEpoch: parts.authEpochOf?.(tenant) ?? found.authEpoch };
    };
    const admission = parts.admission ?? createMemoryAdmission({ epochsOf });
    const orchestratorApp = createOrchestratorApp({
      verify,
      orchestrator: createGraphOrchestrator({
        retriever: watch('retriever', parts.retriever ?? { retrieve: async () => found }),
        engine: parts.engine ?? engineOf(['Hi', ' there']),
        answerMode: parts.answerMode ?? 'extractive',
        builtInRoutes,
        smallTalk: smallTalkRoute,
        canary: () => 'qxzjkvwbqxzj',
        log: (...line) => logged.push(line),
      }),
    });
    return createChatApp({
      authenticator: parts.authenticator ?? createAuthenticator({ modes: ['header'] }),
      isFromOrigin: parts.isFromOrigin,
      corsOrigins: parts.corsOrigins,
      ...(parts.settled && { settled: parts.settled }),
      configs: watch('configs', createCachedConfigs({ store, now: Date.now })),
      idempotency: createIdempotency({
        store: watch('idempotency', parts.idempotencyStore ?? idempotencyStore),
        now: parts.now ?? Date.now,
        log: (...line) => logged.push(line),
      }),
      admission: watch('admission', admission),
      settlement: watch('settlement', admission),
      cancellations: watch('cancellations', cancellations),
      keepQuery: createQueryKeeper({
        queries: watch('queries', queries),
        redact: (query) => query,
        log: (...line) => logged.push(line),
      }),
      orchestrator: createHttpOrchestrator({
        url: 'http://orchestrator.internal',
        sign,
        waitForAdmission: parts.overNetwork ?? false,
        fetch: (request, bindings) => orchestratorApp.fetch(request, parts.overNetwork ? {} : bindings),
      }),
      price: { promptUsdPerMillion: 1, completionUsdPerMillion: 2 },
      engineContextTokens: 4_096,
      log: (...line) => logged.push(line),
      tell: (facts) => told.push(facts),
      now: parts.now ?? Date.now,
    });
  }

  return { store, cancellations, queries, told, logged, chatApp };
}

export const ask = async (
  app: ReturnType<typeof createChatApp>,
  body: unknown,
  headers: Record<string, string> = {},
) =>
  app.request('/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': 't1', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
export const json = { accept: 'application/json' };
