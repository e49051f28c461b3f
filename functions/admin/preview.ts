import { Hono } from 'hono';
import { z } from 'zod';
import { compareEach, createComparison, type Side } from '../../core/guardrails/preview.ts';
import type { Screen } from '../../core/guardrails/screen.ts';
import { shownComparison } from '../../core/guardrails/shown-comparison.ts';
import { builtInRoutes } from '../../core/orchestrator/built-in-routes.ts';
import { chatRequestSchema } from '../../core/orchestrator/schema.ts';
import { Problem } from '../../core/problems/problem.ts';
import { previewTraffic } from '../../core/queries/preview-traffic.ts';
import type { RecentQueries } from '../../core/queries/recent-queries.ts';
import type { ConfigStore } from '../../core/tenants/config-store.ts';
import type { TenantConfig } from '../../core/tenants/schema.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { unknownTenant } from '../../core/tenants/unknown-tenant.ts';
import { type AppEnv, onlyMethods } from '../http/app.ts';
import { mustAgree } from '../http/authenticate.ts';
import { permit } from '../http/permit.ts';
import { readJson } from '../http/read-body.ts';
import { configOnTheWire, maxConfigBytes } from './config-on-the-wire.ts';

export interface PreviewDeps {
  readonly configs: ConfigStore;
  readonly queries: Pick<RecentQueries, 'since'>;
  readonly compileScreen: (config: TenantConfig) => Screen;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How long questions are compared; what is not compared by then is left out. */
  readonly previewMs?: number;
}

/** A configuration, and questions of which a function can take in and give out as many, with all that is told of them. */
const maxBodyBytes = maxConfigBytes + 1024 * 1024;
const maxQueries = 100;
const previewMs = 3_000;
/** In one process. Each has its turns of the event loop, so they bound what all others wait. */
const maxAtOnce = 4;

const hourMs = 3_600_000;
const maxBackMs = 168 * hourMs;
/** Clocks differ, and a request takes its time. */
const toleranceMs = 60_000;

const previewSchema = z.strictObject({
  config: configOnTheWire,
  queries: z.array(chatRequestSchema.shape.query).max(maxQueries).default([]),
  since: z
    .union([z.iso.datetime().transform(Date.parse), z.int()], {
      error: 'must be a moment in ISO 8601, or milliseconds since 1970',
    })
    .optional(),
});

/**
 * `POST /tenant/{tenant_id}/config/preview`: what a configuration would refuse or allow, of the questions that are sent
 * along and of those that were asked since a moment. Nothing is written. Where the stored rules cannot be applied any more,
 * `before` is `{refused: null, unreadable: true}` and `change` is `unknown`.
 */
export function previewRoutes(deps: PreviewDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const working = new Set<TenantId>();

  routes.post('/', permit('config:write'), async (c) => {
    const { caller } = c.var;
    const { tenant } = caller;
    const body = await readJson(c.req.raw, previewSchema, maxBodyBytes);
    mustAgree(caller, '/config/tenant_id', body.config.tenant_id);
    mustFit(body.config);
    if (body.since !== undefined && !caller.actions.includes('queries:read')) throw notTheirs();
    const nowMs = deps.now();
    const sinceMs = body.since === undefined ? undefined : withinReach(body.since, nowMs);
    const stored = await deps.configs.get(tenant);
    if (!stored) throw unknownTenant();

    if (working.has(tenant) || working.size >= maxAtOnce) throw busy();
    working.add(tenant);
    try {
      const config = { ...body.config, tenant_id: tenant };
      const after = { config, screen: screenOf(deps, config) };
      const comparison = createComparison(storedSide(deps, stored.config), after, builtInRoutes);
      const timeout = AbortSignal.timeout(deps.previewMs ?? previewMs);
      const signal = AbortSignal.any([c.req.raw.signal, timeout]);
      const given = body.queries.map((query) => ({ query }));
      const queries: object[] = [];
      for await (const { question, compared } of compareEach(comparison, given, signal))
        queries.push(shownComparison(question.query, compared));
      const keptHours = stored.config.keep_queries_hours ?? 0;
      const asked = sinceMs !== undefined && { tenant, sinceMs, nowMs, keptHours, signal };
      return c.json({
        compared_with: stored.version,
        queries,
        queries_left_out: given.length - queries.length,
        ...(asked && { traffic: await previewTraffic(deps.queries, comparison, asked) }),
      });
    } finally {
      working.delete(tenant);
    }
  });

  onlyMethods(routes, '/', ['POST']);
  return routes;
}

/** Rules that were stored long ago may not be applicable any more: this is how one tries what mends them. */
function storedSide({ compileScreen }: PreviewDeps, config: TenantConfig): Side | 'unreadable' {
  try {
    return { config, screen: compileScreen(config) };
  } catch {
    return 'unreadable';
  }
}

/** @throws {Problem} `unavailable` when rules that were found well cannot be applied. */
function screenOf({ compileScreen }: PreviewDeps, config: TenantConfig): Screen {
  try {
    return compileScreen(config);
  } catch (cause) {
    throw new Problem('unavailable', 'The rules cannot be applied right now.', { retryAfterS: 30, cause });
  }
}

/** @throws {Problem} `invalid` for a moment before any question could have been kept, or ahead. */
function withinReach(sinceMs: number, nowMs: number): number {
  if (sinceMs >= nowMs - maxBackMs - toleranceMs && sinceMs <= nowMs + toleranceMs) return sinceMs;
  const reason = `must lie within the last ${maxBackMs / hourMs} hours`;
  throw new Problem('invalid', `/since: ${reason}`, { errors: [{ field: '/since', reason }] });
}

/** As when it is written. */
function mustFit(config: object): void {
  if (Buffer.byteLength(JSON.stringify(config)) <= maxConfigBytes) return;
  throw new Problem('too-large', `A configuration may have at most ${maxConfigBytes} bytes.`, {
    errors: [{ field: '/config', reason: 'is too large' }],
  });
}

/** Who runs the platform may set what a tenant refuses, and not read what its users ask. */
const notTheirs = () =>
  new Problem('forbidden', 'The caller may not do this: queries:read.', {
    errors: [{ field: '/since', reason: 'is for those who may read what was asked' }],
  });

const busy = () =>
  new Problem('unavailable', 'Other previews are under way. Try again in a few seconds.', { retryAfterS: 3 });
