import { beforeEach, describe, expect, test } from 'vitest';
import { ask, chatStand, json, t1 } from '../../test/support/chat-stand.ts';
import { nothingToRevoke } from '../identity/proof.ts';
import { type Role, type Standing, standings } from '../identity/roles.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';

let stand: Awaited<ReturnType<typeof chatStand>>;
beforeEach(async () => {
  stand = await chatStand();
});

/** What somebody of these standings is answered when the tenant is configured so; the question is about prices. */
async function answerTo(held: readonly Standing[], overNetwork: boolean, narrowing: object) {
  const config = tenantConfigSchema.parse({ tenant_id: 't1', ...narrowing });
  await stand.store.put(t1, config, false);
  const app = stand.chatApp({
    overNetwork,
    authenticator: async () => ({
      tenant: t1,
      mode: held.includes('key') ? 'key' : 'jwt',
      roles: held.filter((one): one is Role => one !== 'key'),
      actions: ['chat'],
      scopes: [],
      groups: [],
      proof: nothingToRevoke,
    }),
  });
  const response = await ask(app, { query: 'Which oats are cheaper?' }, json);
  const body = (await response.json()) as { usage: object } & Record<string, unknown>;
  // What differs with every request, whatever is asked.
  const { message_id: _, session_id: __, ...answer } = body;
  return { status: response.status, answer: { ...answer, usage: { ...body.usage, remaining: undefined } } };
}

describe.each([false, true])('over the network: %s', (overNetwork) => {
  test.each(standings)('a question on a narrowed route, asked by %s', async (standing) => {
    const allowed = await answerTo([standing], overNetwork, {});
    expect(allowed.answer).toMatchObject({ route: 'PRICE_COMPARE', finish_reason: 'stop' });
    const forMe = await answerTo([standing], overNetwork, { route_roles: { PRICE_COMPARE: [standing] } });
    expect(forMe).toEqual(allowed);

    const others = standings.filter((one) => one !== standing);
    const forOthers = await answerTo([standing], overNetwork, { route_roles: { PRICE_COMPARE: others } });
    expect(forOthers.answer).toMatchObject({ finish_reason: 'refusal', chunks: [], citations: [] });
    expect(JSON.stringify(forOthers)).not.toContain('oats cost');
    // Nothing tells whether somebody else may.
    expect(forOthers).toEqual(await answerTo([standing], overNetwork, { allowed_routes: ['GENERAL'] }));
  });

  test('several roles may ask what any of them may', async () => {
    const narrowing = { route_roles: { PRICE_COMPARE: ['editor'] } };
    const { answer } = await answerTo(['member', 'editor'], overNetwork, narrowing);
    expect(answer).toMatchObject({ finish_reason: 'stop' });
  });
});
