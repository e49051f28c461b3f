import { beforeEach, describe, expect, test } from 'vitest';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import {
  ask,
  chatStand,
  chunk,
  deadEngine,
  deadRetriever,
  engineOf,
  found,
  json,
  oats,
  t1,
} from '../../test/support/chat-stand.ts';

let stand: Awaited<ReturnType<typeof chatStand>>;
beforeEach(async () => {
  stand = await chatStand();
});

async function eventsOf(response: Response): Promise<{ event: string; data: Record<string, unknown> }[]> {
  return (await response.text())
    .split('\n\n')
    .filter((frame) => frame.startsWith('event:'))
    .map((frame) => {
      const [event, data] = frame.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
      return { event: event ?? '', data: JSON.parse(data ?? '') };
    });
}

describe.each([false, true])('over the network: %s', (overNetwork) => {
  test('an answer streams its events in order, with a citation of what was retrieved', async () => {
    const response = await ask(stand.chatApp({ overNetwork }), { query: 'Which oats are cheaper?' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('ratelimit')).toMatch(/^"minute";r=2;t=\d+, "hour";r=999;t=\d+$/);
    expect(response.headers.get('ratelimit-policy')).toBe('"minute";q=3;w=60, "hour";q=1000;w=3600');
    const events = await eventsOf(response);
    expect(events.map(({ event }) => event)).toEqual([
      'start',
      'route',
      'retrieval',
      'token',
      'citation',
      'usage',
      'done',
    ]);
    expect(events[0]?.data).toMatchObject({
      tenant_id: 't1',
      message_id: response.headers.get('x-message-id'),
    });
    expect(events[4]?.data).toMatchObject({ n: 1, quote: oats, start: 107, end: 137, document_id: 'doc_a' });
    expect(events[5]?.data).toMatchObject({ remaining: { minute: 2, hour: 999 }, decided_by: 'admitted' });
    expect(stand.told).toHaveLength(1);
    expect(stand.told[0]).toMatchObject({
      route: 'PRICE_COMPARE',
      chunkIds: [chunk.id],
      citations: [chunk.id],
      status: 200,
    });
  });

  test('a refused input is an answer with zero usage and the rule that refused', async () => {
    const response = await ask(stand.chatApp({ overNetwork }), { query: 'hack it' });
    expect(response.status).toBe(200);
    const events = await eventsOf(response);
    expect(events.map(({ event }) => event)).toEqual(['start', 'refusal', 'usage', 'done']);
    expect(events[1]?.data).toEqual({
      reason: 'Security violation',
      rule: { kind: 'refusal_rule', index: 0 },
    });
    expect(events[2]?.data).toMatchObject({
      prompt_tokens: 0,
      completion_tokens: 0,
      decided_by: 'refusal_rule:0',
    });
  });

  test('over the limit a 429 names the bucket, and wins over a refusal', async () => {
    const app = stand.chatApp({ overNetwork });
    for (let i = 0; i < 3; i += 1) await (await ask(app, { query: 'hack' }, json)).text();
    const response = await ask(app, { query: 'hack' }, json);
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('ratelimit')).toContain('"minute";r=0');
    expect(await response.json()).toMatchObject({
      type: 'urn:atrium:problem:rate-limited',
      errors: [{ field: 'limit:minute' }],
    });
    expect(stand.told.at(-1)).toMatchObject({ status: 429, decidedBy: 'minute' });
  });

  test('a rule that was added since the configuration was cached holds for the next request', async () => {
    const app = stand.chatApp({ overNetwork });
    await (await ask(app, { query: 'first' }, json)).text();
    const config = tenantConfigSchema.parse({
      tenant_id: 't1',
      refusal_rules: [{ type: 'contains', pattern: 'oats', reason: 'No oats' }],
    });
    await stand.store.put(t1, config, false);
    expect(await (await ask(app, { query: 'Which oats?' }, json)).json()).toMatchObject({
      refusal: { reason: 'No oats' },
      finish_reason: 'refusal',
    });
  });

  test('a raised limit holds at once: a drained bucket refills at the new rate', async () => {
    const app = stand.chatApp({ overNetwork });
    for (let i = 0; i < 3; i += 1) await (await ask(app, { query: 'hack' }, json)).text();
    const raised = tenantConfigSchema.parse({ tenant_id: 't1', rate_limit_per_minute: 60 });
    await stand.store.put(t1, raised, false);
    const response = await ask(app, { query: 'oats?' }, json);
    expect(response.headers.get('ratelimit-policy')).toContain('"minute";q=60');
    expect(response.headers.get('retry-after')).toBe('1');
  });

  test('when admission refuses, nothing that retrieval found is shown', async () => {
    const app = stand.chatApp({ overNetwork });
    for (let i = 0; i < 3; i += 1) await (await ask(app, { query: 'oats' }, json)).text();
    const response = await ask(app, { query: 'oats' });
    expect(response.status).toBe(429);
    expect(await response.text()).not.toContain('Harvest');
  });
});

test('a request that read its clock before others, and is decided after them, is not refused for that', async () => {
  const startMs = 1_800_000_000_000;
  // The third one reads a clock that stands 5 ms behind the others', and by its decision has gone past it.
  let thirdReads = Number.NEGATIVE_INFINITY;
  const clock = () => {
    thirdReads += 1;
    return startMs + (thirdReads > 0 && thirdReads <= 2 ? 0 : 5);
  };
  const app = stand.chatApp({ now: clock });
  for (const status of [200, 200]) expect((await ask(app, { query: 'hack' }, json)).status).toBe(status);
  thirdReads = 0;
  expect((await ask(app, { query: 'hack' }, json)).status).toBe(200);
});

test('as JSON the same facts are one object', async () => {
  const answer = (await (
    await ask(stand.chatApp(), { query: 'oats?', session_id: 's456' }, json)
  ).json()) as object;
  expect(Object.keys(answer).sort()).toEqual(
    [
      'answer',
      'chunks',
      'citations',
      'confidence',
      'degraded',
      'finish_reason',
      'message_id',
      'refusal',
      'route',
      'session_id',
      'tenant_id',
      'tools',
      'usage',
    ].sort(),
  );
  expect(answer).toMatchObject({
    answer: `${oats} [1]`,
    session_id: 's456',
    finish_reason: 'stop',
    degraded: false,
  });
});

describe('generative answers', () => {
  test('marks become citations of a sentence of the chunk; marks that refer to nothing are not shown', async () => {
    const engine = engineOf(['Harvest oats cost 1.99', ' [', '1', '] and more', ' [7].']);
    const answer = await (
      await ask(stand.chatApp({ engine, answerMode: 'generative' }), { query: 'oats?' }, json)
    ).json();
    expect(answer).toMatchObject({
      answer: 'Harvest oats cost 1.99 [1] and more.',
      citations: [{ n: 1, quote: oats, start: 107, end: 137 }],
      usage: { prompt_tokens: 100, completion_tokens: 5, cost_usd_estimate: 0.00011 },
    });
  });

  test('the first token is with the client before the engine has sent the last', async () => {
    const engine = engineOf(['one\n', 'two\n', 'three\n'], 150);
    const response = await ask(stand.chatApp({ engine, answerMode: 'generative' }), { query: 'oats?' });
    const arrivals: number[] = [];
    let text = '';
    for await (const part of response.body as ReadableStream<Uint8Array>) {
      text = Buffer.from(part).toString();
      if (text.includes('event: token')) arrivals.push(performance.now());
    }
    expect(arrivals).toHaveLength(3);
    expect((arrivals[2] ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(200);
  });

  test('with the engine down the sources’ own sentence is given, and marked as degraded', async () => {
    const app = stand.chatApp({ engine: deadEngine, answerMode: 'generative' });
    expect(await (await ask(app, { query: 'oats?' }, json)).json()).toMatchObject({
      answer: `${oats} [1]`,
      degraded: true,
    });
  });

  test('with the engine down and nothing to quote the answer is 503 with Retry-After', async () => {
    const retriever = { retrieve: async () => ({ ...found, evidence: [] }) };
    const response = await ask(
      stand.chatApp({ retriever, engine: deadEngine, answerMode: 'generative' }),
      { query: 'oats?' },
      json,
    );
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBeTruthy();
    expect(stand.logged).toHaveLength(1);
  });
});

describe('with the RAG service down', () => {
  test('the general route answers with confidence 0 and says that the documents were not searched', async () => {
    const events = await eventsOf(await ask(stand.chatApp({ retriever: deadRetriever }), { query: 'oats?' }));
    expect(events.find(({ event }) => event === 'route')?.data).toEqual({ route: 'GENERAL', confidence: 0 });
    expect(events.find(({ event }) => event === 'retrieval')?.data).toEqual({
      chunks: [],
      unavailable: true,
    });
    expect(events.find(({ event }) => event === 'token')?.data.text).toContain('cannot be searched');
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { degraded: true } });
  });

  test('where the general route is not allowed it is 503, in the stream as an error event', async () => {
    await stand.store.put(
      t1,
      tenantConfigSchema.parse({ tenant_id: 't1', allowed_routes: ['PRICE_COMPARE'] }),
      false,
    );
    const app = stand.chatApp({ retriever: deadRetriever });
    expect((await ask(app, { query: 'oats?' }, json)).status).toBe(503);
    const events = await eventsOf(await ask(app, { query: 'oats?' }));
    expect(events.at(-1)).toMatchObject({
      event: 'error',
      data: { status: 503, type: 'urn:atrium:problem:unavailable' },
    });
    expect(events.filter(({ event }) => event === 'done')).toHaveLength(0);
  });
});

test('small talk is written by the engine, without sources', async () => {
  const retriever = { retrieve: async () => ({ ...found, routes: [{ id: 'SMALL_TALK', score: 0.9 }] }) };
  expect(await (await ask(stand.chatApp({ retriever }), { query: 'hello' }, json)).json()).toMatchObject({
    route: 'GENERAL',
    answer: 'Hi there',
    chunks: [],
    citations: [],
  });
});

test('a failure inside is stand.told to the log and not to the client', async () => {
  const retriever = { retrieve: () => Promise.reject(new Error('secret table name')) };
  const response = await ask(stand.chatApp({ retriever }), { query: 'oats?' }, json);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(stand.logged).toHaveLength(1);
});
