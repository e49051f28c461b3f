import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryAdmission } from '../admission/admission.memory.ts';
import type { Used } from '../admission/schema.ts';
import type { Screened } from '../guardrails/screen.ts';
import { nothingToRevoke, type Proof } from '../identity/proof.ts';
import type { OrchestratorEvent } from '../orchestrator/schema.ts';
import type { RequestFacts } from '../telemetry/request-line.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import { createMemoryCancellations } from './cancellations.memory.ts';
import { openChat } from './open-chat.ts';

/** One screening that a test ends when it likes. */
interface Screening {
  readonly rules: number;
  readonly signal: AbortSignal | undefined;
  readonly says: PromiseWithResolvers<Screened>;
}
const screenings: Screening[] = [];
vi.mock(import('../guardrails/screen.ts'), async (original) => ({
  ...(await original()),
  compileScreen: (config) => ({
    matches: async () => [],
    screen: (_text, signal) => {
      const says = Promise.withResolvers<Screened>();
      screenings.push({ rules: config.refusal_rules.length, signal, says });
      return says.promise;
    },
  }),
}));

const tenant = vouchForTenant('t1');
const passes: Screened = { refusal: undefined, shadow: [] };
const refuses: Screened = {
  refusal: { reason: 'Security violation', rule: { kind: 'refusal_rule', index: 0 } },
  shadow: [],
};
const budgets = { max_concurrent: 1 };
const rule = { type: 'contains', pattern: 'x', reason: 'y' };
const revoked: Proof = { holdsAt: async () => false, holdsNow: async () => false };

function setUp(config: object = budgets) {
  const state = { version: 1, begun: 0 };
  const memory = createMemoryAdmission({
    epochsOf: () => ({ configVersion: state.version, authEpoch: 0 }),
  });
  const settled: Used[] = [];
  const told: RequestFacts[] = [];
  const stored = (more: object) => tenantConfigSchema.parse({ tenant_id: 't1', ...config, ...more });
  const first = stored({});
  async function* answer(): AsyncGenerator<OrchestratorEvent> {
    yield { event: 'usage', data: { prompt_tokens: 0, completion_tokens: 0 } };
    yield { event: 'done', data: { message_id: 'm1', finish_reason: 'stop', degraded: false } };
  }
  const open = (more: { proof?: Proof; signal?: AbortSignal; id?: string } = {}) =>
    openChat(
      {
        configs: {
          get: async () => ({ config: first, version: 1 }),
          reload: async () => ({ config: stored({ refusal_rules: [rule] }), version: state.version }),
        },
        admission: memory,
        settlement: {
          settle: (...asked) => {
            settled.push(asked[2]);
            return memory.settle(...asked);
          },
        },
        cancellations: createMemoryCancellations(),
        keepQuery: async () => {},
        orchestrator: {
          run: () => {
            state.begun += 1;
            return answer();
          },
        },
        price: { promptUsdPerMillion: 1, completionUsdPerMillion: 2 },
        engineContextTokens: 1_000,
        log: () => {},
        tell: (facts) => told.push(facts),
        now: () => 1_790_000_000_000,
      },
      {
        question: {
          tenant,
          session_id: 's1',
          message_id: more.id ?? 'm1',
          user_id: 'ann',
          query: 'oats',
          locale: 'en',
          groups: [],
          standings: ['member'],
        },
        asker: 'jwt:ann',
        proof: more.proof ?? nothingToRevoke,
        signal: more.signal ?? new AbortController().signal,
      },
    );
  return { state, settled, told, open, held: () => memory.open(tenant) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));
async function namesOf(opened: Awaited<ReturnType<typeof openChat>>): Promise<string[]> {
  const names: string[] = [];
  for await (const { event } of opened.events) names.push(event);
  return names;
}
const nothing: Used = { promptTokens: 0, completionTokens: 0, costMicroUsd: 0 };

beforeEach(() => {
  screenings.length = 0;
});

describe('while a question is screened', () => {
  it('its answer is not begun, and it is told of nothing', async () => {
    const stand = setUp();
    let opened = false;
    const opening = stand.open().finally(() => {
      opened = true;
    });
    await soon();
    expect(screenings).toHaveLength(1);
    expect({ begun: stand.state.begun, opened }).toEqual({ begun: 0, opened: false });
    screenings[0]?.says.resolve(passes);
    expect(await namesOf(await opening)).toEqual(['start', 'usage', 'done']);
    expect(stand.state.begun).toBe(1);
  });

  it('a used-up limit is told of at once, and the screening ends', async () => {
    const stand = setUp({ rate_limit_per_minute: 1 });
    const first = stand.open();
    await soon();
    await expect(stand.open({ id: 'm2' })).rejects.toMatchObject({ code: 'rate-limited' });
    expect(screenings.map(({ signal }) => signal?.aborted)).toEqual([false, true]);
    screenings[1]?.says.resolve(passes);
    await soon();
    expect(stand.state.begun).toBe(0);
    screenings[0]?.says.resolve(passes);
    await first;
  });

  it('a revoked credential is told of at once, and the screening ends', async () => {
    const stand = setUp();
    await expect(stand.open({ proof: revoked })).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(screenings[0]?.signal?.aborted).toBe(true);
    expect(stand.settled).toEqual([nothing]);
  });

  it('a newer configuration ends the screening by the older one, whose word counts no more', async () => {
    const stand = setUp();
    stand.state.version = 2;
    const opening = stand.open();
    await soon();
    expect(screenings.map(({ rules, signal }) => [rules, signal?.aborted])).toEqual([
      [0, true],
      [1, false],
    ]);
    screenings[0]?.says.resolve(passes);
    screenings[1]?.says.resolve(refuses);
    expect(await namesOf(await opening)).toEqual(['start', 'refusal', 'usage', 'done']);
    expect(stand.state.begun).toBe(0);
  });

  it('a reader that leaves ends it, and what was reserved is given back', async () => {
    const stand = setUp();
    const gone = new AbortController();
    const opening = stand.open({ signal: gone.signal });
    await soon();
    gone.abort();
    screenings[0]?.says.reject(gone.signal.reason);
    await expect(opening).rejects.toMatchObject({ code: 'unavailable' });
    expect(await stand.held()).toEqual([]);
    expect(stand.told).toMatchObject([{ decidedBy: 'cancelled' }]);
  });
});

it('an answer is begun before its admission is decided', async () => {
  const stand = setUp();
  const begun: number[] = [];
  const proof: Proof = {
    ...revoked,
    holdsAt: async () => {
      screenings[0]?.says.resolve(passes);
      await soon();
      begun.push(stand.state.begun);
      return true;
    },
  };
  await stand.open({ proof });
  expect(begun).toEqual([1]);
});

it('without its rules a question is not answered: 503, with nothing reserved and the cause for the log', async () => {
  const stand = setUp();
  const opening = stand.open();
  await soon();
  const cause = new Error('a stored expression cannot be read');
  screenings[0]?.says.reject(cause);
  await expect(opening).rejects.toMatchObject({ code: 'unavailable', cause, retryAfterS: 2 });
  expect(stand.state.begun).toBe(0);
  expect(stand.settled).toEqual([nothing]);
  expect(await stand.held()).toEqual([]);
  expect(stand.told).toMatchObject([{ status: 503, decidedBy: 'unscreened' }]);
});
