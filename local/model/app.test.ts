import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { createModelApp } from './app.ts';
import { type Engine, PromptTooLong } from './engine.ts';

/** An engine that says words, or what the prompt asks for. */
function engineOf(words: string[], seen: { aborted?: boolean; prompt?: string } = {}): Engine {
  return {
    contextTokens: 2048,
    async generate(request, onToken, signal) {
      seen.prompt = request.prompt.map((part) => part.text).join('');
      if ((request.maxTokens ?? 0) > 2048) throw new PromptTooLong('too long');
      for (const [n, word] of words.entries()) {
        onToken(word, { promptTokens: 7, completionTokens: n + 1, cachedTokens: 2 });
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (signal.aborted) {
          seen.aborted = true;
          throw signal.reason;
        }
      }
      return { finishReason: 'stop', promptTokens: 7, completionTokens: words.length, cachedTokens: 2 };
    },
  };
}

const appOf = (engine: Engine, apiKey?: string) =>
  createModelApp({ engine, model: 'm', maxWaiting: 1, ...(apiKey && { apiKey }) });
const clientOf = (app: ReturnType<typeof appOf>, apiKey = 'k') =>
  new OpenAI({
    apiKey,
    baseURL: 'http://x/v1',
    maxRetries: 0,
    fetch: async (url, init) => app.request(String(url), init),
  });
const messages = [{ role: 'user' as const, content: 'hello' }];

test('the stock client reads the stream, its usage included', async () => {
  const client = clientOf(appOf(engineOf(['Good ', 'day'])));
  const stream = await client.chat.completions.create({
    model: 'm',
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '' });
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('Good day');
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
  expect(chunks.at(-1)).toMatchObject({
    choices: [],
    usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
  });
});

test('usage as it goes is in every chunk where it is asked for, also of tokens that add no text', async () => {
  const usagesOf = async (stream_options: object) => {
    const body = JSON.stringify({ messages, stream: true, stream_options });
    const app = appOf(engineOf(['Good ', '', 'day']));
    const text = await (await app.request('/v1/chat/completions', { method: 'POST', body })).text();
    const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''));
    return chunks.map(({ usage }) => usage && [usage.prompt_tokens, usage.completion_tokens]);
  };
  expect(await usagesOf({ include_usage: true, continuous_usage_stats: true })).toEqual([
    null,
    [7, 1],
    [7, 2],
    [7, 3],
    [7, 3],
    [7, 3],
  ]);
  expect(await usagesOf({ include_usage: true })).toEqual([null, null, null, null, [7, 3]]);
});

test('without a stream the answer is one object', async () => {
  const answer = await clientOf(appOf(engineOf(['Good ', 'day']))).chat.completions.create({
    model: 'm',
    messages,
  });
  expect(answer.choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { role: 'assistant', content: 'Good day' },
  });
});

test.each([
  [{ model: 'm', messages: [] }, 400],
  [{ model: 'other', messages }, 404],
  [{ model: 'm', messages, max_tokens: 5000 }, 400],
  [{ model: 'm', messages, cache_salt: '' }, 400],
])('a request that cannot be met is an OpenAI error: %j', async (body, status) => {
  const response = await appOf(engineOf(['x'])).request('/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({
    error: { code: status, message: expect.any(String), type: expect.any(String) },
  });
});

test('fields that are not known are taken', async () => {
  const body = JSON.stringify({ model: 'm', messages, priority: 3, cache_salt: 's', foo: 1 });
  const response = await appOf(engineOf(['x'])).request('/v1/chat/completions', { method: 'POST', body });
  expect(response.status).toBe(200);
});

test('a key, where there is one, is asked for under /v1 alone', async () => {
  const app = appOf(engineOf(['x']), 'secret');
  expect((await app.request('/v1/models')).status).toBe(401);
  expect((await app.request('/health')).status).toBe(200);
  expect((await clientOf(app, 'secret').models.list()).data[0]?.id).toBe('m');
});

test('who leaves ends the writing, and what was handed over until then is counted', async () => {
  const seen: { aborted?: boolean } = {};
  const app = appOf(
    engineOf(
      Array.from({ length: 200 }, () => 'w '),
      seen,
    ),
  );
  const body = JSON.stringify({
    messages,
    stream: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
  });
  const response = await app.request('/v1/chat/completions', { method: 'POST', body });
  const reader = response.body?.getReader();
  for (let n = 0; n < 4; n += 1) await reader?.read();
  await reader?.cancel();
  await expect.poll(() => seen.aborted).toBe(true);
  const metrics = await (await app.request('/metrics')).text();
  expect(metrics).toContain('finished_reason="abort"} 1');
  expect(metrics).toMatch(/vllm:prompt_tokens_total\{[^}]*\} 7\n/);
  // The role, three words and what was written until the reader left; nothing after that.
  const counted = Number(/vllm:generation_tokens_total\{[^}]*\} (\d+)/.exec(metrics)?.[1]);
  expect(counted).toBeGreaterThanOrEqual(3);
  expect(counted).toBeLessThan(10);
});

test('over the bound of the queue it is 503', async () => {
  const app = appOf(engineOf(Array.from({ length: 20 }, () => 'w ')));
  const ask = () =>
    app.request('/v1/chat/completions', { method: 'POST', body: JSON.stringify({ messages }) });
  const statuses = (await Promise.all([ask(), ask(), ask()])).map((response) => response.status);
  expect(statuses).toEqual([200, 200, 503]);
});
