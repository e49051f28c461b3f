import { describe, expect, it } from 'vitest';
import { createMemoryAdmission } from '../admission/admission.memory.ts';
import type { Decision } from '../admission/schema.ts';
import type { Proof } from '../identity/proof.ts';
import { createKnownRevocations } from '../identity/revocations/known-revocations.ts';
import { createMemoryRevocationStore } from '../identity/revocations/revocation-store.memory.ts';
import { isRevoked } from '../identity/revocations/revocations.ts';
import type { OrchestratorEvent } from '../orchestrator/schema.ts';
import { Problem } from '../problems/problem.ts';
import type { RequestFacts } from '../telemetry/request-line.ts';
import { tenantConfigSchema } from '../tenants/schema.ts';
import { vouchForTenant } from '../tenants/tenant-id.ts';
import type { Question } from './chat-deps.ts';
import { openChat } from './open-chat.ts';

const tenant = vouchForTenant('t1');
const token = { id: 'token-1', issuedAtS: 1_000 };
const question: Question = {
  tenant,
  session_id: 's1',
  message_id: 'm1',
  user_id: 'ann',
  query: 'What do oats cost?',
  locale: 'en',
  groups: [],
  standings: ['member'],
};
const answer: readonly OrchestratorEvent[] = [
  { event: 'retrieval', data: { chunks: [] } },
  { event: 'done', data: { message_id: 'm1', finish_reason: 'stop', degraded: false } },
];

/** A tenant at one request a minute, a token of it, and everything that could be seen of an answer. */
function setUp(more: { readonly refused?: string } = {}) {
  const store = createMemoryRevocationStore();
  const away = { is: false };
  const reads = { count: 0 };
  const revocations = createKnownRevocations({
    store: {
      async get(of) {
        reads.count++;
        if (away.is) throw new Error('away');
        return store.get(of);
      },
    },
  });
  const proof: Proof = {
    holdsAt: async (epoch) => !isRevoked(await revocations.at(tenant, epoch), token),
    holdsNow: async () => !isRevoked(await revocations.now(tenant), token),
  };
  const configOf = (perMinute: number) =>
    tenantConfigSchema.parse({
      tenant_id: 't1',
      rate_limit_per_minute: perMinute,
      refusal_rules: [{ type: 'contains', pattern: more.refused ?? 'hack', reason: 'Security violation' }],
    });
  const versions = { cached: 1, held: 1 };
  const admission = createMemoryAdmission({
    epochsOf: () => ({ configVersion: versions.held, authEpoch: store.authEpochOf(tenant) }),
  });
  const decisions: Decision[] = [];
  const after = { decision: async (_count: number) => {} };
  const told: RequestFacts[] = [];
  const settled: unknown[] = [];
  /** What became of each answer that was begun: whether it might speak, and what it said. */
  const begun: { admitted?: boolean; aborted: () => boolean; said: OrchestratorEvent[] }[] = [];

  const ask = () =>
    openChat(
      {
        configs: {
          get: async () => ({ config: configOf(1), version: versions.cached }),
          reload: async () => ({ config: configOf(2), version: versions.held }),
        },
        admission: {
          async admit(...asked) {
            const decision = await admission.admit(...asked);
            decisions.push(decision);
            await after.decision(decisions.length);
            return decision;
          },
        },
        orchestrator: {
          async *run(_tenant, _request, admitted, signal) {
            const seen: (typeof begun)[number] = { aborted: () => signal.aborted, said: [] };
            begun.push(seen);
            seen.admitted = await admitted;
            if (!seen.admitted) return;
            for (const event of answer) {
              seen.said.push(event);
              yield event;
            }
          },
        },
        settlement: {
          async settle(_tenant, { id }) {
            settled.push(id);
            return 'settled';
          },
        },
        cancellations: { isAsked: async () => false },
        keepQuery: async () => {},
        price: { promptUsdPerMillion: 1, completionUsdPerMillion: 2 },
        engineContextTokens: 1_000,
        log: (...line) => settled.push(line),
        tell: (facts) => told.push(facts),
        now: () => 1_790_000_000_000,
      },
      { question, asker: 'jwt:ann', proof, signal: new AbortController().signal },
    );

  /** The denial, after whatever it left has come to its end. */
  async function denied(): Promise<Problem> {
    const outcome = await ask().then(
      () => 'an answer',
      (error: unknown) => error,
    );
    await new Promise((resolve) => setImmediate(resolve));
    if (!(outcome instanceof Problem)) throw new Error(`no denial: ${String(outcome)}`);
    return outcome;
  }
  async function answered(): Promise<string[]> {
    const { events } = await ask();
    const names: string[] = [];
    for await (const { event } of events) names.push(event);
    return names;
  }
  return { store, away, reads, versions, decisions, after, begun, told, denied, answered };
}
type Stand = ReturnType<typeof setUp>;

/** To the letter what functions answer to a credential that never was one. */
function expectNothingTold(denial: Problem, { begun, told }: Stand): void {
  expect(denial.code).toBe('unauthenticated');
  expect(denial.body()).toEqual({
    type: 'urn:atrium:problem:unauthenticated',
    title: 'The request does not say who asks',
    status: 401,
    detail: 'The credential does not prove who asks.',
    errors: [{ field: 'header:authorization', reason: 'is not valid' }],
  });
  // No limits, no message id, no time to try again.
  expect(denial.headers).toEqual({ 'www-authenticate': 'Bearer error="invalid_token"' });
  expect(denial.retryAfterS).toBeUndefined();
  expectAbandoned(begun);
  expect(told).toEqual([]);
}

function expectAbandoned(begun: Stand['begun']): void {
  for (const attempt of begun) {
    expect({ ...attempt, aborted: attempt.aborted() }).toEqual({ admitted: false, aborted: true, said: [] });
  }
}

describe('a credential that holds', () => {
  it('costs no read while nothing was ever revoked', async () => {
    const stand = setUp();
    expect(await stand.answered()).toEqual(['start', 'retrieval', 'done']);
    expect(stand.reads.count).toBe(0);
  });

  it('costs one read for an epoch that is news, and none after that', async () => {
    const stand = setUp();
    await stand.store.revokeToken(tenant, 'another', 0);
    expect(await stand.answered()).toEqual(['start', 'retrieval', 'done']);
    expect(stand.reads.count).toBe(1);
    expect((await stand.denied()).code).toBe('rate-limited');
    expect(stand.reads.count).toBe(1);
    await stand.store.revokeToken(tenant, 'one more', 0);
    expect((await stand.denied()).code).toBe('rate-limited');
    expect(stand.reads.count).toBe(2);
  });
});

describe('a credential that was revoked', () => {
  it('is told so and nothing else; what was begun for it says nothing', async () => {
    const stand = setUp();
    await stand.store.revokeToken(tenant, token.id, 0);
    const denial = await stand.denied();
    expect(stand.begun).toHaveLength(1);
    expectNothingTold(denial, stand);
  });

  it('does not learn that the tenant has used up its limit', async () => {
    const stand = setUp();
    await stand.answered();
    expect((await stand.denied()).code).toBe('rate-limited');
    stand.begun.length = 0;
    stand.told.length = 0;
    await stand.store.revokeIssuedBefore(tenant, token.issuedAtS + 1, 0);
    const denial = await stand.denied();
    expect(stand.decisions.at(-1)?.admitted).toBe(false);
    expectNothingTold(denial, stand);
  });

  it('does not learn what the tenant refuses to answer', async () => {
    const stand = setUp({ refused: 'oats' });
    expect(await stand.answered()).toEqual(['start', 'refusal', 'usage', 'done']);
    stand.told.length = 0;
    await stand.store.revokeToken(tenant, token.id, 0);
    expectNothingTold(await stand.denied(), stand);
  });

  it('is told so also when it is revoked while the limits of a newer configuration are asked for', async () => {
    const stand = setUp();
    await stand.answered();
    stand.begun.length = 0;
    stand.told.length = 0;
    stand.decisions.length = 0;
    stand.versions.held = 2;
    stand.after.decision = async (count) => {
      // Between the refusal by the old limits and the decision by the new ones.
      if (count === 1) await stand.store.revokeToken(tenant, token.id, 0);
    };
    const denial = await stand.denied();
    expect(stand.decisions.map(({ authEpoch }) => authEpoch)).toEqual([0, 1]);
    expect(stand.begun).toHaveLength(2);
    expectNothingTold(denial, stand);
  });
});

describe('while the store of revocations is away', () => {
  it('nobody is let in at an epoch that is news: that is 503, and nothing is said', async () => {
    const stand = setUp();
    await stand.store.revokeToken(tenant, 'another', 0);
    stand.away.is = true;
    const denial = await stand.denied();
    expect(denial).toMatchObject({ code: 'unavailable', status: 503, retryAfterS: 2, headers: {} });
    expect(JSON.stringify(denial.body())).not.toContain('away');
    expect(stand.begun).toHaveLength(1);
    expectAbandoned(stand.begun);
  });

  it('everybody is let in where nothing was ever revoked', async () => {
    const stand = setUp();
    stand.away.is = true;
    expect(await stand.answered()).toEqual(['start', 'retrieval', 'done']);
  });
});
