import { expect, it, vi } from 'vitest';
import { tenantConfigSchema } from '../../core/tenants/schema.ts';
import { ask, chatStand, found, json, t1 } from '../../test/support/chat-stand.ts';

it('a stored expression that cannot be read any more closes the gate: 503 for every question, and the rule in the log', async () => {
  const log = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const stand = await chatStand();
  const retrieve = vi.fn(async () => found);
  const app = stand.chatApp({ retriever: { retrieve } });
  const broken = { type: 'regex', pattern: '(secret words', reason: 'r' };
  const config = (more: object) => tenantConfigSchema.parse({ tenant_id: 't1', ...more });
  await stand.store.put(t1, config({ refusal_rules: [broken], max_concurrent: 1 }), false);
  for (const form of [json, {}]) {
    const response = await ask(app, { query: 'Which oats are cheaper?' }, form);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBeTruthy();
    expect(await response.text()).not.toContain('secret');
  }
  expect(retrieve).not.toHaveBeenCalled();
  const lines = log.mock.calls
    .map(([line]) => String(line))
    .filter((line) => line.includes('refusal_rule:0'));
  expect(lines).toHaveLength(2);
  expect(stand.told).toMatchObject([{ status: 503 }, { status: 503 }]);
  log.mockRestore();

  // Nothing stays reserved, and mending the rule opens the gate with the next question.
  await stand.store.put(t1, config({ refusal_rules: [], max_concurrent: 1 }), false);
  expect((await ask(app, { query: 'Which oats are cheaper?' }, json)).status).toBe(200);
});
