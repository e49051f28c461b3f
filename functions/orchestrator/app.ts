import type { Hono } from 'hono';
import type { ServiceTokenVerifier } from '../../core/identity/service-token.ts';
import type { Orchestrator } from '../../core/orchestrator/orchestrator.ts';
import { orchestrateRequestSchema } from '../../core/orchestrator/schema.ts';
import { Problem } from '../../core/problems/problem.ts';
import { type AppEnv, createApp } from '../http/app.ts';
import { readJson } from '../http/read-body.ts';
import { serviceCaller } from '../http/service-caller.ts';
import { sseResponse } from '../http/sse.ts';

export interface OrchestratorAppDeps {
  readonly orchestrator: Orchestrator;
  readonly verify: ServiceTokenVerifier;
}

/** What a caller in the same process hands over beside the request. Over the network admission comes first. */
export interface OrchestratorBindings {
  readonly admitted?: Promise<boolean>;
}

const maxRequestBytes = 512 * 1024;

/** The orchestrator as an HTTP service with one address, `POST /orchestrate`. The token names the tenant. */
export function createOrchestratorApp(deps: OrchestratorAppDeps): Hono<AppEnv> {
  const app = createApp();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.post('/orchestrate', async (c) => {
    const tenant = await serviceCaller(deps.verify, c.req.header('authorization'));
    const request = await readJson(c.req.raw, orchestrateRequestSchema, maxRequestBytes);
    if (request.config.tenant_id !== tenant) {
      throw new Problem('tenant-mismatch', 'The configuration is not of the tenant that the token names.');
    }
    const admitted = (c.env as OrchestratorBindings | undefined)?.admitted ?? Promise.resolve(true);
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, c.req.raw.signal]);
    const events = deps.orchestrator.run(tenant, request, admitted, signal);
    return sseResponse(events, {}, () => gone.abort());
  });
  return app;
}
