import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { serve } from '@hono/node-server';
import { exportJWK, generateKeyPair } from 'jose';
import { createMemoryAdmission } from '../../core/admission/admission.memory.ts';
import { createMemoryCancellations } from '../../core/chat/cancellations.memory.ts';
import { createMemoryIdempotencyStore } from '../../core/idempotency/idempotency-store.memory.ts';
import { createServiceTokenSigner, createServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { builtInRoutes, smallTalkRoute } from '../../core/orchestrator/built-in-routes.ts';
import type { Engine } from '../../core/orchestrator/engine.ts';
import { createGraphOrchestrator } from '../../core/orchestrator/orchestrator.graph.ts';
import { createCachedConfigs } from '../../core/tenants/cached-config.ts';
import { createMemoryConfigStore } from '../../core/tenants/config-store.memory.ts';
import { createChatApp } from '../../functions/chat/app.ts';
import { createHttpOrchestrator } from '../../functions/chat/orchestrator.http.ts';
import { createStageAuthenticator } from '../../functions/http/authenticator-environment.ts';
import { createIdempotency } from '../../functions/http/idempotency.ts';
import { createOrchestratorApp } from '../../functions/orchestrator/app.ts';
import { randomFrom } from '../random-from.ts';
import { hostileAnswer, plainAnswer, steadyAnswer, tenantsAt } from './neighbour-tenants.ts';

/**
 * The chat of a stage as one process serves it, on memory versions of its ports, with an engine that says what is
 * written here. Tells its parent the port, and ends with it. The argument is what the neighbours may ask a minute.
 */
const log = (message: string, error: unknown) => process.stderr.write(`${message}: ${error}\n`);
const now = () => Date.now();

/** Between two tokens: 100 of them a second. */
const paceMs = 10;

const { authenticator } = createStageAuthenticator({ AUTH_MODES: ['header'], AUTH_ISSUERS: [] });
const store = createMemoryConfigStore();
for (const config of tenantsAt(Number(process.argv[2] ?? 60))) {
  const headers = new Headers({ 'x-tenant-id': config.tenant_id });
  const { tenant } = await authenticator({ headers, address: '127.0.0.1' });
  await store.put(tenant, config, true);
}

const random = randomFrom(11);
/** The hostile one's are other ones each time: what was met before costs little. */
const answerTo = (tenant: string): readonly string[] => {
  if (tenant === 'steady') return steadyAnswer;
  return tenant === 'plain' ? plainAnswer : hostileAnswer(random);
};
const engine: Engine = {
  async *stream(tenant, _prompt, signal) {
    const pieces = answerTo(tenant);
    for (const text of pieces) {
      signal.throwIfAborted();
      yield { kind: 'text', text };
      await setTimeout(paceMs);
    }
    const usage = { prompt_tokens: 100, completion_tokens: pieces.length };
    yield { kind: 'end', finishReason: 'stop', usage };
  },
};

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
const verify = await createServiceTokenVerifier([await exportJWK(publicKey)], 'orchestrator');
const orchestratorApp = createOrchestratorApp({
  verify,
  orchestrator: createGraphOrchestrator({
    retriever: { retrieve: async () => ({ routes: [], chunks: [], evidence: [], revision: 1 }) },
    engine,
    answerMode: 'generative',
    builtInRoutes,
    smallTalk: smallTalkRoute,
    canary: () => 'qxzjkvwbqxzj',
    log,
  }),
});
const admission = createMemoryAdmission({ epochsOf: store.epochsOf });
const app = createChatApp({
  authenticator,
  isFromOrigin: undefined,
  configs: createCachedConfigs({ store, now }),
  idempotency: createIdempotency({ store: createMemoryIdempotencyStore(), now, log }),
  admission,
  settlement: admission,
  cancellations: createMemoryCancellations(),
  keepQuery: async () => {},
  orchestrator: createHttpOrchestrator({
    url: 'http://orchestrator.internal',
    sign: await createServiceTokenSigner(await exportJWK(privateKey)),
    waitForAdmission: false,
    fetch: (request, bindings) => orchestratorApp.fetch(request, bindings),
  }),
  price: { promptUsdPerMillion: 1, completionUsdPerMillion: 2 },
  engineContextTokens: 16_384,
  log,
  tell: () => {},
  now,
});

// What the parent asks for is the time of processors that was used so far.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit());
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
// Longer than a connection waits for its next question here: one that is closed as it is taken up again has no answer.
if ('keepAliveTimeout' in server) server.keepAliveTimeout = 60_000;
