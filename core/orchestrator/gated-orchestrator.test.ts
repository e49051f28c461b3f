import { expect, test } from 'vitest';
import { found } from '../../test/support/chat-stand.ts';
import { scriptedGate } from '../../test/support/scripted-gate.ts';
import type { Compiled } from '../guardrails/compiled.ts';
import { compileScreen } from '../guardrails/screen.ts';
import { Problem } from '../problems/problem.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { builtInRoutes, smallTalkRoute } from './built-in-routes.ts';
import { createGraphOrchestrator } from './orchestrator.graph.ts';
import type { OrchestratorEvent } from './schema.ts';

const tenant = vouchForTenant('t1');
const config = tenantConfigSchema.parse({ tenant_id: 't1' });

/** What an orchestrator says whose rules are made so, and in which order it did what. */
async function run(gateOf: () => Compiled['gate'], admitted = true) {
  const order: string[] = [];
  const logged: unknown[] = [];
  const orchestrator = createGraphOrchestrator(
    {
      retriever: {
        async retrieve() {
          order.push('search');
          await new Promise((resolve) => setTimeout(resolve, 20));
          order.push('found');
          return found;
        },
      },
      engine: {
        // biome-ignore lint/correctness/useYield: answers are quotations here
        async *stream() {
          throw new Error('not asked');
        },
      },
      answerMode: 'extractive',
      builtInRoutes,
      smallTalk: smallTalkRoute,
      canary: () => 'qxzjkvwbqxzj',
      log: (...line) => logged.push(line),
    },
    () => ({
      screen: compileScreen(config),
      get gate() {
        order.push('rules');
        return gateOf();
      },
    }),
  );
  const request = {
    message_id: 'm1',
    session_id: 's1',
    user_id: 'ann',
    query: 'What do oats cost?',
    locale: 'en',
    groups: [],
    standings: ['member' as const],
    config,
  };
  const events: OrchestratorEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of orchestrator.run(tenant, request, Promise.resolve(admitted), signal))
    events.push(event);
  return { order, events, logged };
}
const broken = () => {
  throw new Problem('unavailable', 'The rules of the tenant cannot be applied right now.');
};

test('rules that are new here are made ready while the sources are searched', async () => {
  const { order, events } = await run(scriptedGate);
  expect(order).toEqual(['search', 'rules', 'found']);
  expect(events.map(({ event }) => event)).toEqual([
    'route',
    'retrieval',
    'token',
    'citation',
    'guarded',
    'usage',
    'done',
  ]);
});

test('rules that cannot be made ready let nothing pass', async () => {
  const { events, logged } = await run(broken);
  expect(events).toMatchObject([{ event: 'error', data: { status: 503 } }]);
  expect(logged).toHaveLength(1);
});

test('and of a request that is not admitted nothing is said then either', async () => {
  expect(await run(broken, false)).toMatchObject({ events: [], logged: [] });
});
