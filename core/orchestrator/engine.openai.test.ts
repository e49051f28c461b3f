import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { describeError } from '../telemetry/describe-error.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createOpenAiEngine } from './engine.openai.ts';
import { EngineRefuses, EngineUnavailable } from './engine.ts';

const tenant = vouchForTenant('t1');
const prompt = { system: 's', user: 'u', maxOutputTokens: 5 };
let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const chunk = (choice: object, usage?: object) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'm', choices: [{ index: 0, ...choice }], usage })}\n\n`;
const text = (content: string) => chunk({ delta: { content }, finish_reason: null });
const end = chunk(
  { delta: {}, finish_reason: 'stop' },
  { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
);

/** An engine whose completions behave as told; `seen` are the bodies that it was sent. */
async function engine(complete: (response: ServerResponse, nth: number) => void, more: object = {}) {
  const seen: { model: string; cache_salt: string }[] = [];
  server = createServer(async (request, response) => {
    if (request.url === '/v1/models') {
      response.setHeader('content-type', 'application/json');
      response.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
      return;
    }
    let body = '';
    for await (const part of request) body += part;
    seen.push(JSON.parse(body));
    complete(response, seen.length);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { seen, engine: createOpenAiEngine({ url, cacheSaltSecret: 'secret', ...more }) };
}

const stream = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });

async function run(subject: ReturnType<typeof createOpenAiEngine>, signal = new AbortController().signal) {
  const events = [];
  for await (const event of subject.stream(tenant, prompt, signal)) events.push(event);
  return events;
}

test('text as it comes, then the end with what the engine counted; the tenant has a cache of its own', async () => {
  const { engine: subject, seen } = await engine((response) => {
    stream(response).end(text('Hello') + text(' you') + end);
  });
  expect(await run(subject)).toEqual([
    { kind: 'spent', usage: { prompt_tokens: 0, completion_tokens: 1 } },
    { kind: 'text', text: 'Hello' },
    { kind: 'spent', usage: { prompt_tokens: 0, completion_tokens: 2 } },
    { kind: 'text', text: ' you' },
    { kind: 'end', finishReason: 'stop', usage: { prompt_tokens: 3, completion_tokens: 2 } },
  ]);
  expect(seen[0]?.model).toBe('m');
  expect(seen[0]?.cache_salt).toHaveLength(43);
});

test('what was spent is told as the engine counts it, with every chunk, text or none, and before its text', async () => {
  const counted = (content: string, completion_tokens: number) =>
    chunk(
      { delta: { content }, finish_reason: null },
      { prompt_tokens: 9, completion_tokens, total_tokens: 9 + completion_tokens },
    );
  const { engine: subject, seen } = await engine((response) => {
    stream(response).write(counted('', 0) + counted('Hel', 2) + counted('', 3) + counted('lo', 3), () =>
      response.destroy(),
    );
  });
  const events: unknown[] = [];
  const reading = (async () => {
    for await (const event of subject.stream(tenant, prompt, new AbortController().signal))
      events.push(event);
  })();
  await expect(reading).rejects.toBeInstanceOf(EngineUnavailable);
  expect(events).toEqual([
    { kind: 'spent', usage: { prompt_tokens: 9, completion_tokens: 2 } },
    { kind: 'text', text: 'Hel' },
    { kind: 'spent', usage: { prompt_tokens: 9, completion_tokens: 3 } },
    { kind: 'text', text: 'lo' },
  ]);
  expect(seen[0]).toMatchObject({
    stream_options: { include_usage: true, continuous_usage_stats: true },
  });
});

test('an engine that is overloaded for a moment is tried once more', async () => {
  const { engine: subject, seen } = await engine((response, nth) => {
    if (nth === 1) response.writeHead(503).end();
    else stream(response).end(text('late') + end);
  });
  expect(await run(subject)).toContainEqual({ kind: 'text', text: 'late' });
  expect(seen).toHaveLength(2);
});

test('an engine that refuses is not asked again', async () => {
  const { engine: subject, seen } = await engine((response) => {
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
  });
  await expect(run(subject)).rejects.toBeInstanceOf(EngineRefuses);
  expect(seen).toHaveLength(1);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['is silent after its headers', (response) => void stream(response).flushHeaders()],
  ['never answers', () => {}],
  ['falls silent in the middle', (response) => void stream(response).write(text('Hello'))],
  [
    'is cut in the middle',
    (response) => void stream(response).write(text('Hello'), () => response.destroy()),
  ],
  ['ends without a word', (response) => void stream(response).end(end)],
  ['ends without an end', (response) => void stream(response).end(text('Hello'))],
  ['speaks another language', (response) => void stream(response).end('data: {{{\n\n')],
])('an engine that %s is unavailable, soon', async (_name, complete) => {
  const { engine: subject } = await engine(complete, { firstTextTimeoutMs: 300, silenceTimeoutMs: 300 });
  const startedAt = performance.now();
  await expect(run(subject)).rejects.toBeInstanceOf(EngineUnavailable);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['a refusal', (response) => response.writeHead(400).end('{"error":{"message":"no: my own words"}}')],
  ['a failure', (response) => response.writeHead(500).end('my own words')],
  [
    'a failure in mid-stream',
    (response) => stream(response).end('data: {"error":{"message":"my own words"}}\n\n'),
  ],
  ['a broken event', (response) => stream(response).end(`${text('Hello')}data: my own words\n\n`)],
])(
  "the log tells of %s, and nothing of what the engine said, which may be a tenant's",
  async (_what, complete) => {
    const { engine: subject } = await engine(complete);
    const failure = await run(subject).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EngineUnavailable);
    expect(JSON.stringify(describeError(failure))).not.toMatch(/own|words/);
  },
);

test('the log tells why there is no connection to the engine', async () => {
  const subject = createOpenAiEngine({ url: 'http://127.0.0.1:9', cacheSaltSecret: 'secret' });
  const failure = await run(subject).catch((error: unknown) => error);
  expect(JSON.stringify(describeError(failure))).toMatch(/ECONNREFUSED|bad port/);
});

test('a reader that takes its time is not taken for a silent engine', async () => {
  const { engine: subject } = await engine(
    (response) => void stream(response).end(text('a') + text('b') + end),
    {
      silenceTimeoutMs: 50,
    },
  );
  let count = 0;
  for await (const _ of subject.stream(tenant, prompt, new AbortController().signal)) {
    count += 1;
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  expect(count).toBe(5);
});

test('when the caller leaves, the engine is told', async () => {
  let closed = () => {};
  const left = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const { engine: subject } = await engine((response) => {
    response.once('close', closed);
    stream(response).write(text('Hello'));
  });
  const leaving = new AbortController();
  const events = subject.stream(tenant, prompt, leaving.signal)[Symbol.asyncIterator]();
  await events.next();
  leaving.abort();
  await Promise.allSettled([events.next()]);
  await left;
});

test('whoever leaves in the middle is told of all that the engine sent', async () => {
  for (let n = 0; n < 20; n++) {
    let sent = 0;
    const { engine: subject } = await engine((response) => {
      stream(response);
      const timer = setInterval(() => {
        sent += 1;
        const usage = { prompt_tokens: 3, completion_tokens: sent, total_tokens: 3 + sent };
        response.write(chunk({ delta: { content: 'a ' }, finish_reason: null }, usage));
      }, 1);
      response.req.socket.once('end', () => clearInterval(timer));
    });
    const leaving = new AbortController();
    let told = 0;
    const reading = async () => {
      for await (const event of subject.stream(tenant, prompt, leaving.signal)) {
        if (event.kind !== 'spent') continue;
        told = event.usage.completion_tokens;
        if (told === 3) setTimeout(() => leaving.abort(new Error('enough')), n / 2);
      }
    };
    await expect(reading()).rejects.toThrow();
    expect(told).toBe(sent);
    server?.closeAllConnections();
    server?.close();
  }
});
