import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiKeyScopes } from '../../core/identity/keys/scopes.ts';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { vouchForTenant } from '../../core/tenants/tenant-id.ts';
import { chatStand, engineOf, t1 } from '../../test/support/chat-stand.ts';
import { openStage } from '../../test/support/open-stage.ts';
import { touched, watched } from '../../test/support/watched.ts';
import { askerOf } from './cancel.ts';

const messageId = `msg_${'0'.repeat(26)}`;
const cancel = (
  app: ReturnType<Awaited<ReturnType<typeof chatStand>>['chatApp']>,
  id: string,
  headers: Record<string, string> = { 'x-tenant-id': 't1' },
) => app.request(`/chat/${id}/cancel`, { method: 'POST', headers });

let stand: Awaited<ReturnType<typeof chatStand>>;
beforeEach(async () => {
  stand = await chatStand();
});
afterEach(() => {
  touched.length = 0;
});

describe.each([false, true])('over the network: %s', (overNetwork) => {
  test('who asked ends the answer while it is written, and it says so and what it came to', async () => {
    const engine = engineOf(Array<string>(200).fill('oats, '), 100);
    await stand.store.put(
      t1,
      tenantConfigSchema.parse({ tenant_id: 't1', tokens_per_minute: 100_000, max_concurrent: 1 }),
      false,
    );
    const app = stand.chatApp({ engine, answerMode: 'generative', overNetwork });
    const ask = () =>
      app.request('/chat', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tenant-id': 't1' },
        body: JSON.stringify({ query: 'oats?' }),
      });
    const response = await ask();
    const id = response.headers.get('x-message-id') ?? '';
    const cancelled = await cancel(app, id);
    expect(cancelled.status).toBe(202);
    expect(await cancelled.json()).toEqual({ message_id: id });
    expect((await ask()).status).toBe(429);
    const text = await response.text();
    const tokens = text.match(/^event: token$/gm)?.length ?? 0;
    expect(tokens).toBeGreaterThan(5);
    expect(tokens).toBeLessThan(30);
    const [, usage, done] = /event: usage\ndata: (.*)\n\nevent: done\ndata: (.*)\n\n$/.exec(text) ?? [];
    expect(JSON.parse(done ?? '')).toEqual({
      message_id: id,
      finish_reason: 'cancelled',
      degraded: false,
    });
    const { completion_tokens: produced, decided_by } = JSON.parse(usage ?? '');
    expect(decided_by).toBe('cancelled');
    expect(produced).toBeGreaterThanOrEqual(tokens);
    expect(produced - tokens).toBeLessThanOrEqual(1);
    expect(text).not.toContain('event: spent');
    // Whoever has seen the end can ask again at once.
    const again = await ask();
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });
});

test.each([
  'msg_',
  'nonsense',
  `${messageId}x`,
  messageId.toUpperCase(),
  `msg_${'8'.repeat(26)}`,
  `msg_${'u'.repeat(26)}`,
  'msg_%2e%2e',
])('what is no id of a message is not found, and nothing is kept: %s', async (id) => {
  const app = stand.chatApp({ watch: watched });
  expect((await cancel(app, id)).status).toBe(404);
  expect(touched).not.toContain('cancellations.ask');
});

test('nothing is kept for a tenant that there is not', async () => {
  const app = stand.chatApp({ watch: watched });
  expect((await cancel(app, messageId, { 'x-tenant-id': 'nobody' })).status).toBe(404);
  expect(touched).not.toContain('cancellations.ask');
});

test('another method is told which one there is', async () => {
  const response = await stand
    .chatApp()
    .request(`/chat/${messageId}/cancel`, { headers: { 'x-tenant-id': 't1' } });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
});

test('a wish is of whoever came with it: the user of a token, or the key', async () => {
  const { stand: kept, apps, token, key, authenticator } = await openStage();
  const app = apps[1] as (typeof apps)[number];
  const address = `/chat/${messageId}/cancel`;
  const comers = [`Bearer ${await token('t1', ['member'])}`, `Bearer ${await key(t1, apiKeyScopes)}`];
  for (const authorization of comers) {
    const caller = await authenticator({ headers: new Headers({ authorization }), address: undefined });
    expect(await kept.cancellations.isAsked(t1, messageId, askerOf(caller))).toBe(false);
    expect((await app.request(address, { method: 'POST', headers: { authorization } })).status).toBe(202);
    expect(await kept.cancellations.isAsked(t1, messageId, askerOf(caller))).toBe(true);
    expect(await kept.cancellations.isAsked(vouchForTenant('t2'), messageId, askerOf(caller))).toBe(false);
  }
});

test('while wishes cannot be kept it is 503', async () => {
  const app = stand.chatApp({
    watch: (name, part) =>
      name === 'cancellations' ? { ...part, ask: () => Promise.reject(new Error('away')) } : part,
  });
  const response = await cancel(app, messageId);
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain('away');
});
