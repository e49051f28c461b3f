import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { streamHandle } from 'hono/aws-lambda';
import { z } from 'zod';
import { createDynamoAdmission } from '../core/admission/admission.dynamo.ts';
import { region } from '../core/aws/clients.ts';
import { createTenantTables } from '../core/aws/tenant-tables.ts';
import { readEnvironment } from '../core/environment/read-environment.ts';
import { readOriginCheck } from '../core/identity/origin-secret.ts';
import { requestLine } from '../core/telemetry/request-line.ts';
import { createCachedConfigs } from '../core/tenants/cached-config.ts';
import { createDynamoConfigStore } from '../core/tenants/config-store.dynamo.ts';
import {
  createTenantCredentials,
  tenantCredentialsEnvironment,
} from '../core/tenants/create-tenant-credentials.ts';
import { createChatApp } from './chat/app.ts';
import { createHttpOrchestrator } from './chat/orchestrator.http.ts';
import { authModesVariable } from './http/authenticate.ts';
import { withReadableEvents } from './http/readable-events.ts';
import { composeOrchestrator, orchestratorEnvironment } from './orchestrator/compose.ts';

const env = readEnvironment(
  z.object({
    ...orchestratorEnvironment,
    ...tenantCredentialsEnvironment,
    TABLE_NAME: z.string(),
    ORCHESTRATOR_URL: z.url().optional(),
    AUTH_MODES: authModesVariable,
    ORIGIN_SECRET_NAME: z.string().optional(),
    PROMPT_USD_PER_MILLION: z.coerce.number().nonnegative().default(0.1),
    COMPLETION_USD_PER_MILLION: z.coerce.number().nonnegative().default(0.4),
  }),
);

// Everything that can be done before the first request is done here, at cold start.
const tableName = env.TABLE_NAME;
const now = () => Date.now();
const [{ app, sign }, isFromOrigin] = await Promise.all([
  composeOrchestrator(env),
  readOriginCheck(new SecretsManagerClient({ region: region() }), env.ORIGIN_SECRET_NAME),
]);
// One for both: the session that the configuration is read with serves admission too.
const credentials = createTenantCredentials(env);
const configs = createDynamoConfigStore({ tables: createTenantTables(credentials), tableName });
// Whether a permit was taken must be known, so nothing below admission tries again.
const admissionTables = createTenantTables(credentials, { maxAttempts: 1, requestTimeoutMs: 1_500 });

const chat = createChatApp({
  authModes: env.AUTH_MODES,
  isFromOrigin,
  configs: createCachedConfigs({ store: configs, now }),
  admission: createDynamoAdmission({ tables: admissionTables, tableName }),
  orchestrator: createHttpOrchestrator({
    url: env.ORCHESTRATOR_URL ?? 'http://orchestrator.internal',
    sign,
    waitForAdmission: env.ORCHESTRATOR_URL !== undefined,
    fetch: env.ORCHESTRATOR_URL
      ? (request) => fetch(request)
      : (request, bindings) => app.fetch(request, bindings),
  }),
  price: {
    promptUsdPerMillion: env.PROMPT_USD_PER_MILLION,
    completionUsdPerMillion: env.COMPLETION_USD_PER_MILLION,
  },
  tell: (facts) => process.stdout.write(`${requestLine(facts, now())}\n`),
  now,
});

/** The chat function, behind a streaming function URL. */
export const handler = withReadableEvents(streamHandle(chat));
