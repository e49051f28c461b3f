import { createHmac } from 'node:crypto';
import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel';
import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { TenantId } from '../tenants/tenant-id.ts';
import { startDeadline } from './deadline.ts';
import {
  type Engine,
  type EngineEvent,
  type EnginePrompt,
  EngineRefuses,
  EngineUnavailable,
} from './engine.ts';
import { partingFetch } from './parting-fetch.ts';
import type { EngineUsage } from './schema.ts';

export interface OpenAiEngineOptions {
  /** `VLLM_SERVICE_URL`, with or without the trailing `/v1`. */
  readonly url: string;
  /** Default: the first of `/v1/models`. */
  readonly model?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Secret from which each tenant's prefix-cache salt is made (CVE-2025-46570: a shared cache leaks by timing). */
  readonly cacheSaltSecret: string;
  /** How long the engine may take, tries together, until its first text; 20 s unless told. */
  readonly firstTextTimeoutMs?: number;
  /** How long it may then be silent; 15 s unless told. */
  readonly silenceTimeoutMs?: number;
}

/** An engine that speaks the OpenAI chat completions protocol. One retry layer, and it ends where the stream begins. */
export function createOpenAiEngine(options: OpenAiEngineOptions): Engine {
  const { firstTextTimeoutMs = 20_000, silenceTimeoutMs = 15_000 } = options;
  const base = options.url.replace(/\/+$/, '');
  const client = new OpenAI({
    baseURL: base.endsWith('/v1') ? base : `${base}/v1`,
    apiKey: options.apiKey ?? 'none',
    maxRetries: 0,
    timeout: firstTextTimeoutMs,
    // It would print what an engine said, which is a tenant's.
    logLevel: 'off',
  });
  const policy = enginePolicy();
  let model = options.model;

  async function modelName(signal: AbortSignal): Promise<string> {
    if (model) return model;
    const page = await client.models.list({ signal });
    const first = page.data[0]?.id;
    if (!first) throw new EngineUnavailable('the engine serves no model');
    model = first;
    return first;
  }

  async function open(tenant: TenantId, prompt: EnginePrompt, signal: AbortSignal) {
    const body = {
      model: await modelName(signal),
      stream: true as const,
      // The second is vLLM's own: every chunk says what the completion has come to, which counts when it is broken off.
      stream_options: { include_usage: true, continuous_usage_stats: true },
      max_tokens: prompt.maxOutputTokens,
      temperature: 0.2,
      messages: [
        { role: 'system' as const, content: prompt.system },
        { role: 'user' as const, content: prompt.user },
      ],
      // vLLM's own field: blocks cached for one tenant are never matched for another.
      cache_salt: cacheSalt(options.cacheSaltSecret, tenant),
    };
    // Whoever leaves is charged for what the engine counted, and that is also what is on its way then. The SDK, told of
    // the signal, would throw it away.
    const parting = client.withOptions({ fetch: (url, init) => partingFetch(url, { ...init, signal }) });
    return parting.chat.completions.create(body);
  }

  return {
    async *stream(tenant, prompt, signal) {
      const deadline = startDeadline(firstTextTimeoutMs);
      const either = AbortSignal.any([signal, deadline.signal]);
      try {
        const chunks = await policy.execute(() =>
          open(tenant, prompt, either).catch((error) => translate(error, signal)),
        );
        for await (const event of readCompletion(chunks)) {
          // The time that the reader takes is not the engine's silence.
          deadline.end();
          yield event;
          deadline.putOff(silenceTimeoutMs);
        }
      } catch (error) {
        // The model may change behind the address; after a failure the name is asked again.
        model = options.model;
        translate(error, signal);
      } finally {
        deadline.end();
      }
    },
  };
}

/** Turns the SDK's chunks into engine events; a stream that ends without a finish reason was cut. */
async function* readCompletion(
  chunks: AsyncIterable<OpenAI.ChatCompletionChunk>,
): AsyncGenerator<EngineEvent> {
  let finishReason: 'stop' | 'length' | undefined;
  let usage: EngineUsage | undefined;
  let pieces = 0;
  let told = 0;
  for await (const chunk of chunks) {
    const choice = chunk.choices[0];
    const text = choice?.delta.content;
    if (text) pieces += 1;
    if (chunk.usage) usage = usageOf(chunk.usage);
    const spent = usage ?? byPieces(pieces);
    if (spent.completion_tokens > told) yield { kind: 'spent', usage: spent };
    told = Math.max(told, spent.completion_tokens);
    if (text) yield { kind: 'text', text };
    if (choice?.finish_reason) finishReason = choice.finish_reason === 'length' ? 'length' : 'stop';
  }
  if (!finishReason) throw new EngineUnavailable('the engine broke off');
  if (pieces === 0) throw new EngineUnavailable('the engine said nothing');
  yield { kind: 'end', finishReason, usage: usage ?? byPieces(pieces) };
}

/** An engine that counts nothing, or only at the end, is charged by the pieces that it sent. */
const byPieces = (pieces: number): EngineUsage => ({ prompt_tokens: 0, completion_tokens: pieces });

function usageOf(usage: OpenAI.CompletionUsage): EngineUsage {
  const cached = usage.prompt_tokens_details?.cached_tokens;
  return {
    prompt_tokens: usage.prompt_tokens,
    completion_tokens: usage.completion_tokens,
    ...(cached !== undefined && { cached_tokens: cached }),
  };
}

/** Says of every failure what it means for the caller; what the caller ended is passed on as it is. */
function translate(error: unknown, signal: AbortSignal): never {
  if (error instanceof EngineUnavailable || signal.aborted) throw error;
  if (isBrokenCircuitError(error)) throw new EngineUnavailable('the engine failed a moment ago');
  const status = error instanceof APIError ? error.status : undefined;
  if (status !== undefined && status < 500 && status !== 429) {
    throw new EngineRefuses(`the engine refuses with ${status}`, causeOf(error));
  }
  throw new EngineUnavailable('the engine does not answer', causeOf(error));
}

/** Causes are logged, and what an engine said may be a tenant's: only failures of the connection are told. */
function causeOf(error: unknown): ErrorOptions {
  const quotes = error instanceof APIError || error instanceof SyntaxError;
  return !quotes || error instanceof APIConnectionError ? { cause: error } : {};
}

/** One more try after a short, jittered wait; closed off for two seconds after five failures in a row. */
function enginePolicy(): IPolicy {
  const unavailable = handleWhen(
    (error) => error instanceof EngineUnavailable && !(error instanceof EngineRefuses),
  );
  const again = retry(unavailable, {
    maxAttempts: 1,
    backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 400 }),
  });
  const breaker: CircuitBreakerPolicy = circuitBreaker(unavailable, {
    halfOpenAfter: 2_000,
    breaker: new ConsecutiveBreaker(5),
  });
  return wrap(again, breaker);
}

const cacheSalt = (secret: string, tenant: TenantId) =>
  createHmac('sha256', secret).update(`engine-cache:${tenant}`).digest('base64url');
