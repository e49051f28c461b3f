import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Engine, type Generated, type OnToken, type Produced, PromptTooLong } from './engine.ts';
import { Metrics } from './metrics.ts';
import { promptOf } from './prompt.ts';
import { type ChatRequest, chatRequestSchema } from './request.ts';
import { TooManyWaiting, Turns } from './turns.ts';

class ClientLeft extends Error {
  override readonly name = 'ClientLeft';
}

export interface ModelAppOptions {
  readonly engine: Engine;
  /** The name that requests give. */
  readonly model: string;
  readonly maxWaiting: number;
  /** Where set, `/v1` asks for it as a bearer token. */
  readonly apiKey?: string;
}

/** The chat half of the OpenAI API over one engine, in the manner of vLLM: same stream, same errors, same metrics. */
export function createModelApp(options: ModelAppOptions): Hono {
  const { engine, model } = options;
  const turns = new Turns(options.maxWaiting);
  const metrics = new Metrics(model);
  const app = new Hono();

  app.get('/health', (c) => c.body(null, 200));
  app.get('/metrics', (c) =>
    c.text(metrics.text(turns), 200, { 'content-type': 'text/plain; version=0.0.4' }),
  );
  app.use('/v1/*', async (c, next) => {
    if (options.apiKey && c.req.header('authorization') !== `Bearer ${options.apiKey}`) {
      return c.json(apiError(401, 'Unauthorized', 'AuthenticationError'), 401);
    }
    return next();
  });
  app.get('/v1/models', (c) =>
    c.json({
      object: 'list',
      data: [
        { id: model, object: 'model', created: 0, owned_by: 'atrium', max_model_len: engine.contextTokens },
      ],
    }),
  );

  app.post('/v1/chat/completions', bodyLimit({ maxSize: 1024 * 1024 }), async (c) => {
    const request = parse(await c.req.text());
    if (request.model !== undefined && request.model !== model) {
      throw problem(404, `The model \`${request.model}\` does not exist.`, 'NotFoundError');
    }
    const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
    const gone = new AbortController();
    c.req.raw.signal.addEventListener('abort', () => gone.abort(c.req.raw.signal.reason), { once: true });
    // The first sign of a reader that leaves: it closes its half, and from now on nothing reaches it.
    const socket = (c.env as Partial<HttpBindings> | undefined)?.incoming?.socket;
    const leave = () => gone.abort(new ClientLeft());
    socket?.once('end', leave);
    // What was handed to the reader, and so what counts when it leaves.
    let handed: Produced | undefined;
    const run = (onToken: OnToken) => {
      const hand: OnToken = (text, produced) => {
        if (gone.signal.aborted) return;
        onToken(text, produced);
        handed = produced;
      };
      return turns
        .take(() => engine.generate(toGeneration(request), hand, gone.signal), gone.signal)
        .then(
          (generated) => {
            if (gone.signal.aborted) metrics.addAborted(handed);
            else metrics.add(generated);
            return generated;
          },
          (error) => {
            if (gone.signal.aborted) metrics.addAborted(handed);
            throw error;
          },
        )
        .finally(() => socket?.off('end', leave));
    };
    if (!request.stream) {
      let content = '';
      const generated = await run((text) => {
        content += text;
      });
      return c.json({
        ...head,
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content },
            logprobs: null,
            finish_reason: generated.finishReason,
          },
        ],
        usage: usageOf(generated),
      });
    }
    return streamed(head, request.stream_options ?? {}, run, gone);
  });

  app.notFound((c) => c.json(apiError(404, 'Not Found', 'NotFoundError'), 404));
  app.onError((error, c) => {
    const { status, type, message } = describe(error);
    if (status === 503) c.header('retry-after', '1');
    if (status === 500 && !c.req.raw.signal.aborted && !(error instanceof ClientLeft)) console.error(error);
    return c.json(apiError(status, message, type), status);
  });
  return app;
}

function toGeneration(request: ChatRequest) {
  return {
    prompt: promptOf(request.messages),
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    temperature: request.temperature ?? 1,
    topP: request.top_p ?? 1,
    seed: request.seed ?? undefined,
    stop: typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []),
    cacheSalt: request.cache_salt ?? undefined,
  };
}

/** Role chunk, deltas, finish chunk, usage chunk where asked for, `[DONE]`: the order in which vLLM streams. */
async function streamed(
  head: object,
  asked: NonNullable<ChatRequest['stream_options']>,
  run: (onToken: OnToken) => Promise<Generated>,
  gone: AbortController,
): Promise<Response> {
  const encoder = new TextEncoder();
  const includeUsage = asked.include_usage === true;
  const continuous = includeUsage && asked.continuous_usage_stats === true;
  const chunk = (delta: object, produced?: Produced, finish_reason: string | null = null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...(includeUsage && { usage: continuous && produced ? usageOf(produced) : null }),
  });
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (given) => {
      controller = given;
    },
    cancel: (reason) => gone.abort(reason ?? new ClientLeft()),
  });
  const send = (value: unknown) => {
    if (gone.signal.aborted) return;
    const data = typeof value === 'string' ? value : JSON.stringify(value);
    controller?.enqueue(encoder.encode(`data: ${data}\n\n`));
  };
  const first = Promise.withResolvers<void>();
  let begun = false;
  const begin = () => {
    if (!begun) send(chunk({ role: 'assistant', content: '' }));
    begun = true;
    first.resolve();
  };
  run((text, produced) => {
    begin();
    if (text || continuous) send(chunk({ content: text }, produced));
  }).then(
    (generated) => {
      begin();
      send(chunk({ content: '' }, generated, generated.finishReason));
      if (includeUsage) send({ ...chunk({}), choices: [], usage: usageOf(generated) });
      send('[DONE]');
      if (!gone.signal.aborted) controller?.close();
    },
    (error) => {
      // Before the first piece of text it can still be told by the status.
      if (!begun) return first.reject(error);
      const { status, type, message } = describe(error);
      send(apiError(status, message, type));
      send('[DONE]');
      if (!gone.signal.aborted) controller?.close();
    },
  );
  await first.promise;
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Said, or the server would hold the first pieces back to see whether more come.
      'transfer-encoding': 'chunked',
    },
  });
}

const usageOf = (produced: Produced) => ({
  prompt_tokens: produced.promptTokens,
  total_tokens: produced.promptTokens + produced.completionTokens,
  completion_tokens: produced.completionTokens,
  prompt_tokens_details: { cached_tokens: produced.cachedTokens },
});

function parse(text: string): ChatRequest {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw problem(400, 'The body is not JSON.', 'BadRequestError');
  }
  const parsed = chatRequestSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw problem(
    400,
    `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'is wrong'}`,
    'BadRequestError',
  );
}

const apiError = (code: number, message: string, type: string) => ({
  error: { message, type, param: null, code },
});

function problem(status: ContentfulStatusCode, message: string, type: string): HTTPException {
  return new HTTPException(status, { message, cause: type });
}

function describe(error: unknown): { status: ContentfulStatusCode; type: string; message: string } {
  if (error instanceof PromptTooLong) return { status: 400, type: 'BadRequestError', message: error.message };
  if (error instanceof TooManyWaiting)
    return { status: 503, type: 'ServiceUnavailableError', message: error.message };
  if (error instanceof HTTPException) {
    return {
      status: error.status as ContentfulStatusCode,
      type: String(error.cause ?? 'BadRequestError'),
      message: error.message,
    };
  }
  return { status: 500, type: 'InternalServerError', message: 'The engine failed.' };
}
