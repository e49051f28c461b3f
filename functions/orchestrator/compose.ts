import type { Hono } from 'hono';
import { z } from 'zod';
import { canaryOf } from '../../core/guardrails/canary/canary.ts';
import { warmUp } from '../../core/guardrails/warm-up.ts';
import { readOperatorSecret } from '../../core/identity/operator-secret.ts';
import { createSecretsClient } from '../../core/identity/read-secret.ts';
import { deriveSecret, readServiceKeys } from '../../core/identity/service-keys.ts';
import {
  createServiceTokenSigner,
  createServiceTokenVerifier,
  type ServiceTokenSigner,
} from '../../core/identity/service-token.ts';
import { builtInRoutes, smallTalkRoute } from '../../core/orchestrator/built-in-routes.ts';
import { createOpenAiEngine } from '../../core/orchestrator/engine.openai.ts';
import { createGraphOrchestrator } from '../../core/orchestrator/orchestrator.graph.ts';
import { createHttpRetriever } from '../../core/retrieval/retriever.http.ts';
import { type AppEnv, logError } from '../http/app.ts';
import { createOrchestratorApp } from './app.ts';

/** What the orchestrator needs of its environment, in either shape. */
export const orchestratorEnvironment = {
  SERVICE_KEYS_SECRET_NAME: z.string(),
  /** Holds the engine's key where that is somebody else's and `VLLM_API_KEY` does not say it. */
  SECRETS_MANAGER_SECRET_NAME: z.string().default('multi-tenant-chatbot-secrets'),
  RAG_SERVICE_URL: z.url(),
  VLLM_SERVICE_URL: z.url(),
  VLLM_MODEL: z.string().optional(),
  VLLM_API_KEY: z.string().optional(),
  ANSWER_MODE: z.enum(['generative', 'extractive']).default('generative'),
};
type OrchestratorEnvironment = z.infer<z.ZodObject<typeof orchestratorEnvironment>>;

/** The orchestrator's app with its real parts, and the signer of the tokens that it takes. Once, at cold start. */
export async function composeOrchestrator(
  env: OrchestratorEnvironment,
  secrets = createSecretsClient(),
): Promise<{ app: Hono<AppEnv>; sign: ServiceTokenSigner }> {
  const reading = Promise.all([
    readServiceKeys(secrets, env.SERVICE_KEYS_SECRET_NAME),
    readOperatorSecret(secrets, env.SECRETS_MANAGER_SECRET_NAME),
  ]);
  warmUp();
  const [keys, operator] = await reading;
  const sign = await createServiceTokenSigner(keys.privateJwk);
  const engine = createOpenAiEngine({
    url: env.VLLM_SERVICE_URL,
    model: env.VLLM_MODEL,
    apiKey: env.VLLM_API_KEY ?? operator.openAiApiKey,
    cacheSaltSecret: deriveSecret(keys.privateJwk, 'engine-cache'),
  });
  const canarySecret = deriveSecret(keys.privateJwk, 'canary');
  const orchestrator = createGraphOrchestrator({
    retriever: createHttpRetriever({ url: env.RAG_SERVICE_URL, signer: sign }),
    engine,
    answerMode: env.ANSWER_MODE,
    builtInRoutes,
    smallTalk: smallTalkRoute,
    canary: (tenant, messageId) => canaryOf(canarySecret, tenant, messageId),
    log: logError,
  });
  const verify = await createServiceTokenVerifier(keys.publicJwks, 'orchestrator');
  return { app: createOrchestratorApp({ orchestrator, verify }), sign };
}
