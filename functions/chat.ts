import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { streamHandle } from 'hono/aws-lambda';
import { z } from 'zod';
import { createDynamoAdmission } from '../core/admission/admission.dynamo.ts';
import { createDocumentClient, region } from '../core/aws/clients.ts';
import { deriveSecret, readServiceKeys } from '../core/identity/service-keys.ts';
import { createServiceTokenSigner, createServiceTokenVerifier } from '../core/identity/service-token.ts';
import { builtInRoutes, smallTalkRoute } from '../core/orchestrator/built-in-routes.ts';
import { createOpenAiEngine } from '../core/orchestrator/engine.openai.ts';
import { createGraphOrchestrator } from '../core/orchestrator/orchestrator.graph.ts';
import { createHttpRetriever } from '../core/retrieval/retriever.http.ts';
import { requestLine } from '../core/telemetry/request-line.ts';
import { createCachedConfigs } from '../core/tenants/cached-config.ts';
import { createDynamoConfigStore } from '../core/tenants/config-store.dynamo.ts';
import { createChatApp } from './chat/app.ts';
import { createHttpOrchestrator } from './chat/orchestrator.http.ts';
import { logError } from './http/app.ts';
import { authModesVariable, readEnvironment } from './http/environment.ts';
import { createOrchestratorApp } from './orchestrator/app.ts';

const env = readEnvironment(
  z.object({
    TABLE_NAME: z.string(),
    SERVICE_KEYS_SECRET_NAME: z.string(),
    RAG_SERVICE_URL: z.url(),
    VLLM_SERVICE_URL: z.url(),
    VLLM_MODEL: z.string().optional(),
    VLLM_API_KEY: z.string().optional(),
    ORCHESTRATOR_URL: z.url().optional(),
    ANSWER_MODE: z.enum(['generative', 'extractive']).default('generative'),
    AUTH_MODES: authModesVariable,
    PROMPT_USD_PER_MILLION: z.coerce.number().nonnegative().default(0.1),
    COMPLETION_USD_PER_MILLION: z.coerce.number().nonnegative().default(0.4),
  }),
);

// Everything that can be done before the first request is done here, at cold start.
const documents = createDocumentClient();
const keys = await readServiceKeys(
  new SecretsManagerClient({ region: region() }),
  env.SERVICE_KEYS_SECRET_NAME,
);
const sign = await createServiceTokenSigner(keys.privateJwk);
const now = () => Date.now();

const orchestratorApp = createOrchestratorApp({
  verify: await createServiceTokenVerifier(keys.publicJwk, 'orchestrator'),
  orchestrator: createGraphOrchestrator(
    {
      retriever: createHttpRetriever({ url: env.RAG_SERVICE_URL, signer: sign }),
      engine: createOpenAiEngine({
        url: env.VLLM_SERVICE_URL,
        model: env.VLLM_MODEL,
        apiKey: env.VLLM_API_KEY,
        cacheSaltSecret: deriveSecret(keys.privateJwk, 'engine-cache'),
      }),
      answerMode: env.ANSWER_MODE,
      builtInRoutes,
      smallTalk: smallTalkRoute,
    },
    logError,
  ),
});

const orchestrator = createHttpOrchestrator({
  url: env.ORCHESTRATOR_URL ?? 'http://orchestrator.internal',
  sign,
  waitForAdmission: env.ORCHESTRATOR_URL !== undefined,
  fetch: env.ORCHESTRATOR_URL
    ? (request) => fetch(request)
    : (request, bindings) => orchestratorApp.fetch(request, bindings),
});

/** The chat function, behind a streaming function URL. */
export const handler = streamHandle(
  createChatApp({
    authModes: env.AUTH_MODES,
    configs: createCachedConfigs({
      store: createDynamoConfigStore({ documents, tableName: env.TABLE_NAME }),
      now,
    }),
    admission: createDynamoAdmission({
      documents: createDocumentClient({ maxAttempts: 1, requestTimeoutMs: 1_500 }),
      tableName: env.TABLE_NAME,
    }),
    orchestrator,
    price: {
      promptUsdPerMillion: env.PROMPT_USD_PER_MILLION,
      completionUsdPerMillion: env.COMPLETION_USD_PER_MILLION,
    },
    tell: (facts) => process.stdout.write(`${requestLine(facts, Date.now())}\n`),
    now,
  }),
);
