import { expect, test } from 'vitest';
import { RetrievalUnavailable } from '../retrieval/retriever.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { builtInRoutes, smallTalkRoute } from './built-in-routes.ts';
import { type Engine, EngineUnavailable } from './engine.ts';
import { createGraphOrchestrator } from './orchestrator.graph.ts';
import type { OrchestratorEvent } from './schema.ts';

const tenant = vouchForTenant('t1');

/** Everything that is said with this engine, as far as it is said. */
async function said(stream: Engine['stream'], signal = new AbortController().signal) {
  const orchestrator = createGraphOrchestrator({
    retriever: { retrieve: () => Promise.reject(new RetrievalUnavailable('down')) },
    engine: { stream },
    answerMode: 'generative',
    builtInRoutes,
    smallTalk: smallTalkRoute,
    canary: () => 'qxzjkvwbqxzj',
    log: () => {},
  });
  const request = {
    message_id: 'm1',
    session_id: 's1',
    user_id: 'ann',
    query: 'oats?',
    locale: 'en',
    groups: [],
    standings: ['member' as const],
    config: tenantConfigSchema.parse({ tenant_id: 't1' }),
  };
  const events: OrchestratorEvent[] = [];
  for await (const event of orchestrator.run(tenant, request, Promise.resolve(true), signal))
    events.push(event);
  return events;
}

const spent = (tokens: number) => ({
  kind: 'spent' as const,
  usage: { prompt_tokens: 10, completion_tokens: tokens },
});
const lastSpent = (events: OrchestratorEvent[]) =>
  events.findLast(({ event }) => event === 'spent')?.data as { completion_tokens: number } | undefined;

test('what was spent until the engine broke off is said before the error', async () => {
  const events = await said(async function* () {
    for (let n = 1; n <= 20; n++) yield spent(n);
    throw new EngineUnavailable('broke off');
  });
  expect(lastSpent(events)?.completion_tokens).toBe(20);
  expect(events.at(-1)?.event).toBe('error');
});

test('what the engine tells of after its reader has left is said, and nothing else', async () => {
  const leaving = new AbortController();
  const events = await said(async function* (_tenant, _prompt, signal) {
    yield spent(1);
    leaving.abort();
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let n = 2; n <= 20; n++) yield spent(n);
    throw signal.reason;
  }, leaving.signal);
  expect(lastSpent(events)?.completion_tokens).toBe(20);
  expect(events.slice(-2).map(({ event }) => event)).toEqual(['spent', 'guarded']);
});
