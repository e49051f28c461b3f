import type { Hono } from 'hono';
import { z } from 'zod';
import { createDynamoAdmission } from '../../core/admission/admission.dynamo.ts';
import { createTenantTables } from '../../core/aws/tenant-tables.ts';
import { createDynamoCancellations } from '../../core/chat/cancellations.dynamo.ts';
import { createDynamoIdempotencyStore } from '../../core/idempotency/idempotency-store.dynamo.ts';
import { readOriginCheck } from '../../core/identity/origin-secret.ts';
import { createSecretsClient } from '../../core/identity/read-secret.ts';
import { createQueryKeeper } from '../../core/queries/keep-query.ts';
import { createDynamoRecentQueries } from '../../core/queries/recent-queries.dynamo.ts';
import { redactQuery } from '../../core/queries/redact-query.ts';
import { requestLine } from '../../core/telemetry/request-line.ts';
import { createCachedConfigs } from '../../core/tenants/cached-config.ts';
import { createDynamoConfigStore } from '../../core/tenants/config-store.dynamo.ts';
import {
  createTenantCredentials,
  tenantCredentialsEnvironment,
} from '../../core/tenants/create-tenant-credentials.ts';
import { type AppEnv, logError } from '../http/app.ts';
import { authenticatorEnvironment, composeAuthenticator } from '../http/authenticator-environment.ts';
import { createIdempotency } from '../http/idempotency.ts';
import { composeOrchestrator, orchestratorEnvironment } from '../orchestrator/compose.ts';
import { createChatApp } from './app.ts';
import { createHttpOrchestrator } from './orchestrator.http.ts';

/** What the data plane needs of its environment, as a function or as a service. */
export const chatEnvironment = {
  ...orchestratorEnvironment,
  ...tenantCredentialsEnvironment,
  TABLE_NAME: z.string(),
  ORCHESTRATOR_URL: z.url().optional(),
  ...authenticatorEnvironment,
  ORIGIN_SECRET_NAME: z.string().optional(),
  PROMPT_USD_PER_MILLION: z.coerce.number().nonnegative().default(0.1),
  COMPLETION_USD_PER_MILLION: z.coerce.number().nonnegative().default(0.4),
  /** Tokens of prompt and answer together that the engine can take: what a tenant with budgets reserves. */
  ENGINE_CONTEXT_TOKENS: z.coerce.number().int().min(1).default(16_384),
};

/** The data plane's app with its real parts. Once, at cold start, since nobody waits then. */
export async function composeChat(env: z.infer<z.ZodObject<typeof chatEnvironment>>): Promise<Hono<AppEnv>> {
  const tableName = env.TABLE_NAME;
  const now = () => Date.now();
  const secrets = createSecretsClient();
  // One for all: the session that the configuration is read with serves admission too.
  const credentials = createTenantCredentials(env);
  const [{ app, sign }, isFromOrigin, { authenticator, settled }] = await Promise.all([
    composeOrchestrator(env, secrets),
    readOriginCheck(secrets, env.ORIGIN_SECRET_NAME),
    composeAuthenticator(env, { secrets, credentials }),
  ]);
  const tables = createTenantTables(credentials);
  const configs = createDynamoConfigStore({ tables, tableName });
  // Whether a permit was taken must be known, so nothing below admission tries again.
  const admissionTables = createTenantTables(credentials, { maxAttempts: 1, requestTimeoutMs: 1_500 });
  const admission = createDynamoAdmission({ tables: admissionTables, tableName });

  return createChatApp({
    authenticator,
    settled,
    isFromOrigin,
    corsOrigins: env.CORS_ORIGINS,
    configs: createCachedConfigs({ store: configs, now }),
    idempotency: createIdempotency({ store: createDynamoIdempotencyStore({ tables, tableName }), now }),
    admission,
    settlement: admission,
    cancellations: createDynamoCancellations({ tables, tableName }),
    keepQuery: createQueryKeeper({
      queries: createDynamoRecentQueries({ tables, tableName }),
      redact: redactQuery,
      log: logError,
    }),
    orchestrator: createHttpOrchestrator({
      url: env.ORCHESTRATOR_URL ?? 'http://orchestrator.internal',
      sign,
      waitForAdmission: env.ORCHESTRATOR_URL !== undefined,
      fetch: env.ORCHESTRATOR_URL
        ? (request) => fetch(request, { redirect: 'error' })
        : (request, bindings) => app.fetch(request, bindings),
    }),
    price: {
      promptUsdPerMillion: env.PROMPT_USD_PER_MILLION,
      completionUsdPerMillion: env.COMPLETION_USD_PER_MILLION,
    },
    engineContextTokens: env.ENGINE_CONTEXT_TOKENS,
    log: logError,
    tell: (facts) => process.stdout.write(`${requestLine(facts, now())}\n`),
    now,
  });
}
