import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ServiceTokenVerifier } from '../../core/identity/service-token.ts';
import { Problem } from '../../core/problems/problem.ts';
import {
  type RetrieveRequest,
  type RetrieveResponse,
  retrieveRequestSchema,
} from '../../core/retrieval/schema.ts';
import { describeError } from '../../core/telemetry/describe-error.ts';
import type { TenantId } from '../../core/tenants/tenant-id.ts';
import { problemResponse } from '../../functions/http/problem-response.ts';
import { serviceCaller } from '../../functions/http/service-caller.ts';
import type { Log } from './log.ts';
import type { Retrieval } from './retrieval.ts';

/** What the largest set of routes that a tenant may configure comes to; a smaller bound would shut such a tenant out. */
const maxBodyBytes = 1024 * 1024;
/** Twice what callers wait. */
const defaultMaxRequestMs = 5_000;

export interface RagDeps {
  readonly verify: ServiceTokenVerifier;
  readonly retrieval: Retrieval;
  /** Requests that are worked on at once; more are told to come again. */
  readonly maxInFlight: number;
  /** When a request is given up; 5,000 unless told. What was begun goes on and helps the next one. */
  readonly maxRequestMs?: number;
  readonly log: Log;
  /** Whether the service can take requests; false while it starts and while it drains. */
  readonly ready: () => boolean;
}

interface RagEnv {
  Variables: { tenant: TenantId; response: RetrieveResponse };
}

/**
 * The RAG service: `POST /v1/retrieve` for the tenant that the service token names, `GET /healthz`. Nothing else in a
 * request can name a tenant. Failures are problem+json (RFC 9457).
 */
export function createRagApp(deps: RagDeps): Hono<RagEnv> {
  const app = new Hono<RagEnv>();
  const maxRequestMs = deps.maxRequestMs ?? defaultMaxRequestMs;

  app.get('/healthz', (c) => {
    const ready = deps.ready();
    return c.json({ status: ready ? 'ok' : 'unavailable' }, ready ? 200 : 503);
  });

  app.post(
    '/v1/retrieve',
    logLine(deps.log),
    inFlight(deps.maxInFlight),
    authenticate(deps.verify),
    limitBody,
    async (c) => {
      const request = await readRequest(c);
      try {
        c.set('response', await withinMs(maxRequestMs, deps.retrieval(c.var.tenant, request)));
      } catch (cause) {
        throw new Problem('unavailable', 'The documents cannot be searched now.', { retryAfterS: 2, cause });
      }
      return c.json(c.var.response);
    },
  );

  app.all('/v1/retrieve', () =>
    problemResponse(
      new Problem('method-not-allowed', 'This address takes POST.', { headers: { allow: 'POST' } }),
    ),
  );
  app.notFound(() => problemResponse(new Problem('not-found', 'There is nothing at this address.')));
  app.onError((error) => {
    if (error instanceof Problem) return problemResponse(error);
    return problemResponse(new Problem('internal', 'The request could not be completed.'));
  });
  return app;
}

/** One line a request, also for one that was refused before its tenant was known. */
function logLine(log: Log): MiddlewareHandler<RagEnv> {
  return async (c, next) => {
    const startedAtMs = performance.now();
    await next();
    const { status } = c.res;
    const reason = c.error instanceof Problem ? (c.error.cause ?? c.error) : c.error;
    log({
      level: status < 500 ? 'info' : 'error',
      message: 'retrieve',
      tenant_id: c.var.tenant,
      status,
      latency_ms: Math.round((performance.now() - startedAtMs) * 10) / 10,
      chunk_ids: c.var.response?.chunks.map(({ id }) => id) ?? [],
      revision: c.var.response?.revision,
      ...(reason !== undefined && { error: describeError(reason) }),
    });
  };
}

async function withinMs<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function inFlight(max: number): MiddlewareHandler {
  let count = 0;
  return async (_, next) => {
    if (count >= max) throw new Problem('unavailable', 'Too many searches at once.', { retryAfterS: 1 });
    count++;
    try {
      await next();
    } finally {
      count--;
    }
  };
}

function authenticate(verify: ServiceTokenVerifier): MiddlewareHandler<RagEnv> {
  return async (c, next) => {
    c.set('tenant', await serviceCaller(verify, c.req.header('authorization')));
    await next();
  };
}

const limitBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new Problem('too-large', `The body may have ${maxBodyBytes} bytes.`);
  },
});

async function readRequest(c: Context): Promise<RetrieveRequest> {
  let body: unknown;
  try {
    body = await c.req.json();
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('bad-request', 'The body is not JSON.', { cause });
  }
  const parsed = retrieveRequestSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({
    field: `/${path.join('/')}`,
    reason: message,
  }));
  throw new Problem('invalid', 'A field has a wrong value.', { errors });
}
