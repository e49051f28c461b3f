import { beforeEach, expect, test, vi } from 'vitest';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { ask, chatStand, engineOf, found, json, t1 } from '../../test/support/chat-stand.ts';

const question = 'What do oats cost?';
let stand: Awaited<ReturnType<typeof chatStand>>;
const configure = (more: object) =>
  stand.store.put(
    t1,
    tenantConfigSchema.parse({
      tenant_id: 't1',
      refusal_rules: [{ type: 'contains', pattern: 'hack', reason: 'No' }],
      keep_queries_hours: 1,
      ...more,
    }),
    true,
  );
const kept = async () =>
  (await stand.queries.since(t1, 0, Date.now(), 10)).queries.map(({ query, route, decidedBy }) => ({
    query,
    route,
    decidedBy,
  }));

beforeEach(async () => {
  stand = await chatStand();
  await configure({});
});

test('questions are kept with what became of them, refused ones too', async () => {
  const app = stand.chatApp();
  const answered = JSON.parse(await (await ask(app, { query: question, user_id: 'ann' }, json)).text());
  await (await ask(app, { query: 'How to hack?' })).text();
  await configure({ allowed_routes: ['GENERAL'] });
  await (await ask(stand.chatApp(), { query: question }, json)).json();
  expect(await kept()).toEqual(
    expect.arrayContaining([
      { query: question, route: 'PRICE_COMPARE', decidedBy: 'admitted' },
      { query: 'How to hack?', route: 'NONE', decidedBy: 'refusal_rule:0' },
      { query: question, route: 'PRICE_COMPARE', decidedBy: expect.stringMatching(/^blocked_route:\d+$/) },
    ]),
  );
  const { queries } = await stand.queries.since(t1, 0, Date.now(), 10);
  expect(queries.map(({ messageId }) => messageId)).toContain(answered.message_id);
  expect(JSON.stringify(queries)).not.toContain('ann');
});

test('what is asked again with its key is kept once', async () => {
  const app = stand.chatApp();
  for (let n = 0; n < 2; n++) {
    await (await ask(app, { query: question }, { ...json, 'idempotency-key': 'once' })).json();
  }
  expect(await kept()).toHaveLength(1);
});

test('a question that was denied is not kept, nor one of a tenant that keeps none', async () => {
  await configure({ rate_limit_per_minute: 1 });
  const app = stand.chatApp();
  await (await ask(app, { query: question }, json)).json();
  expect((await ask(app, { query: 'One more?' })).status).toBe(429);
  expect(await kept()).toHaveLength(1);
  expect((await ask(app, { query: '' })).status).toBe(422);
  await configure({ keep_queries_hours: 0 });
  await (await ask(stand.chatApp(), { query: 'And now?' }, json)).json();
  expect(await kept()).toHaveLength(1);
});

test('nothing is kept before the last event is out, and that it fails or hangs changes no answer', async () => {
  const keep = vi.spyOn(stand.queries, 'keep').mockReturnValue(new Promise(() => {}));
  const engine = engineOf(['Oats', ' cost'], 20);
  const app = stand.chatApp({ engine, answerMode: 'generative', retriever: { retrieve: async () => found } });
  const response = await ask(app, { query: question });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('event: done')) {
    expect(keep).not.toHaveBeenCalled();
    text += (await reader?.read())?.value ?? '';
  }
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) text += read.value;
  expect(keep).toHaveBeenCalledTimes(1);
  expect(text.match(/event: (done|error)/g)).toEqual(['event: done']);
  expect(stand.told).toHaveLength(1);
  expect(stand.logged).toEqual([['a question is not kept', expect.any(Error)]]);

  keep.mockRejectedValue(new Error('away'));
  const failing = await ask(app, { query: question }, json);
  expect(JSON.parse(await failing.text()).finish_reason).toBe('stop');
});

test('a question whose reader leaves is kept as one that was cancelled', async () => {
  const engine = engineOf(Array(200).fill('Oats '), 5);
  const app = stand.chatApp({ engine, answerMode: 'generative' });
  const reader = (await ask(app, { query: question })).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await vi.waitFor(async () => expect(await kept()).toMatchObject([{ decidedBy: 'cancelled' }]));
});
