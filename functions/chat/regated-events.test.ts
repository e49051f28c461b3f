import { beforeEach, expect, test } from 'vitest';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { ask, chatStand, engineOf, json, t1 } from '../../test/support/chat-stand.ts';

const card = '4111 1111 1111 1111';
const said = ['It was ', 'a heron', ' at ann@example.com', `, paid [1] with ${card}`, ' ... 41'];
const question = { query: 'Which oats are cheaper?' };
const rule = (action: string) => ({
  type: 'word',
  pattern: 'heron',
  reason: 'Not here',
  where: 'output',
  action,
});

let stand: Awaited<ReturnType<typeof chatStand>>;
beforeEach(async () => {
  stand = await chatStand();
});
const configure = (more: object) =>
  stand.store.put(t1, tenantConfigSchema.parse({ tenant_id: 't1', ...more }), false);
/** Of a process that knows nothing yet but what is stored. */
const answer = (key: string, form = {}) =>
  ask(stand.chatApp({ engine: engineOf(said), answerMode: 'generative' }), question, {
    'idempotency-key': key,
    ...form,
  });
const eventsIn = (wire: string) =>
  [...wire.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => ({
    event,
    data: JSON.parse(data ?? '') as Record<string, unknown>,
  }));
const beside = (wire: string) => eventsIn(wire).filter(({ event }) => event !== 'token');
const textIn = (wire: string) =>
  eventsIn(wire)
    .map(({ event, data }) => (event === 'token' ? data.text : ''))
    .join('');

test('where no rule was written since, what was answered comes again as it was', async () => {
  await configure({ refusal_rules: [rule('mask')], redaction: { email: 'audit' } });
  const first = await (await answer('k')).text();
  expect(textIn(first)).toContain('It was a [removed] at ann@example.com, paid [1] with [payment card]');
  const again = await answer('k');
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const replayed = await again.text();
  expect(textIn(replayed)).toBe(textIn(first));
  expect(beside(replayed)).toEqual(beside(first));
});

test('an answer that comes again is masked by the rules of now, and shown as it was when they are gone', async () => {
  await configure({ redaction: { email: 'off' } });
  const first = await (await answer('k')).text();
  expect(textIn(first)).toContain('a heron at ann@example.com');
  await configure({ refusal_rules: [rule('mask')] });
  const again = await (await answer('k')).text();
  expect(textIn(again)).toContain('a [removed] at [email], paid [1] with [payment card]');
  expect(again).not.toMatch(/heron|ann@/);
  expect(beside(again)).toEqual(beside(first));
  expect(await (await answer('k', json)).json()).toMatchObject({ finish_reason: 'stop' });
  await configure({ redaction: { email: 'off' } });
  expect(textIn(await (await answer('k')).text())).toBe(textIn(first));
});

test('an answer that comes again ends where a rule of now blocks it', async () => {
  const first = await (await answer('k')).text();
  await configure({ refusal_rules: [rule('block')] });
  const again = await (await answer('k')).text();
  expect(textIn(again)).toBe('It was a ');
  expect(again).not.toMatch(/heron/);
  const last = beside(again).slice(-3);
  expect(last.map(({ event }) => event)).toEqual(['refusal', 'usage', 'done']);
  expect(last[1]).toEqual(beside(first).find(({ event }) => event === 'usage'));
  expect(last[2]?.data).toMatchObject({ finish_reason: 'refusal' });
  expect(await (await answer('k', json)).json()).toMatchObject({ finish_reason: 'refusal' });
});

test('nothing comes again where the rules of now cannot be applied', async () => {
  await (await answer('k')).text();
  await configure({ redaction: { patterns: [{ name: 'x', pattern: '(' }] } });
  expect((await answer('k')).status).toBe(503);
});
